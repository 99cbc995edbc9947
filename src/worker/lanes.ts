import type { Lease, OpenLanes } from '../consuming/topic-consumer.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HandleEvent } from './handle-event.ts';
import { createLane, type WatchedLane } from './lane.ts';
import { createShard, type ProcessMetrics, type Shard } from './process-delivery.ts';
import type { SeenEvents } from './seen-events.ts';

/** The lanes of this worker, and what they have in common. */
export interface Lanes {
  readonly open: OpenLanes;
  /** Those whose leases last. */
  all(): readonly WatchedLane[];
}

/** A shard for each partition number, which stays; a lane for each lease. */
export function createLanes(options: {
  readonly handle: HandleEvent;
  readonly dedupMax: number;
  readonly metrics: ProcessMetrics;
  readonly log: Logger;
  readonly onSetAside: (letter: DeadLetter) => void;
}): Lanes {
  const { handle, dedupMax, metrics, log, onSetAside } = options;
  const shards = new Map<number, Shard>();
  const lanes = new Set<WatchedLane>();

  function shardOf(partition: number): Shard {
    const known = shards.get(partition);
    if (known !== undefined) return known;
    const made = createShard({ handle, dedupMax, metrics });
    shards.set(partition, made);
    return made;
  }

  /** What was handled before us, or since we last had the partition. */
  async function recall(lease: Lease, seen: SeenEvents): Promise<void> {
    const farthest = lease.from > dedupMax ? lease.from - BigInt(dedupMax) : 0n;
    const from = seen.upTo === undefined || seen.upTo < farthest ? farthest : seen.upTo;
    if (from >= lease.from) return;
    for (const id of await lease.handledIds(from, lease.from)) seen.add(id);
    seen.upTo = lease.from;
  }

  function openOne(lease: Lease): WatchedLane {
    const { process, seen } = shardOf(lease.partition);
    const lane = createLane({
      lease,
      process,
      log,
      onSettled: (next, letters) => {
        seen(lease.topic).upTo = next;
        for (const letter of letters) onSetAside(letter);
      },
    });
    const watched = {
      ...lane,
      revoke: () => {
        lanes.delete(watched);
        lane.revoke();
      },
    };
    lanes.add(watched);
    return watched;
  }

  return {
    async open(leases) {
      // An event may have been handled on the one topic and come on the other: both are known before either begins.
      await Promise.all(leases.map((lease) => recall(lease, shardOf(lease.partition).seen(lease.topic))));
      return leases.map(openOne);
    },
    all: () => [...lanes],
  };
}
