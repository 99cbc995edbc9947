import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery, Lane, Lease } from '../consuming/topic-consumer.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { sizeOf } from '../dead-letters/record-headers.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Outcome, ProcessDelivery } from './process-delivery.ts';

/** A lane, and what is seen of it from outside. */
export interface WatchedLane extends Lane {
  /** When the oldest record in hand was written, ms since the epoch; undefined where none is in hand. */
  oldest(): number | undefined;
  /** How long ago the record that is first to be settled was begun, while it has no end, ms; else 0. */
  stuckForMs(): number;
  /** Why nothing can be settled, in words fit for anybody. */
  trouble(): string | undefined;
}

/** What a lane reports. */
export interface LaneOptions {
  readonly lease: Lease;
  readonly process: ProcessDelivery;
  readonly log: Logger;
  readonly onSettled: (next: bigint, letters: readonly DeadLetter[]) => void;
}

/** A record from the moment it is delivered until it and all before it are settled. */
interface Entry {
  readonly delivery: Delivery;
  /** bytes */
  readonly size: number;
  /** When it was begun, of performance.now(); undefined while it waits for its turn, and where there was nothing to do. */
  begunAt: number | undefined;
  outcome: Outcome | undefined;
}

/** In hand and not settled at most, records: what may come once more after a crash. */
const WINDOW = 4_000;

/** Fetching pauses above the one and goes on below the other: records beyond the window, and bytes of all in hand. */
const PAUSE_ABOVE = 4_000;
const RESUME_BELOW = 2_000;
const PAUSE_ABOVE_BYTES = 16 * 1024 * 1024;
const RESUME_BELOW_BYTES = PAUSE_ABOVE_BYTES / 2;

/** Between two commits, ms, so that one says much. */
const SETTLE_EVERY_MS = 50;
const AGAIN_MS = 250;

/** How often a drain tries to commit what has ended, before it leaves that to be done again: the group waits for it. */
const DRAIN_TRIES = 8;

/**
 * Records are begun in the order of the log and may end in any; they are settled in the order of the log: an offset is
 * committed when everything before it is done or set aside. A record that is tried again keeps no other from being handled.
 */
export function createLane({ lease, process: bring, log, onSettled }: LaneOptions): WatchedLane {
  let waiting: Entry[] = [];
  let entries: Entry[] = [];
  let paused = false;
  let draining = false;
  let revoked = false;
  let begunTo = lease.from - 1n;
  let trouble: string | undefined;
  let bytes = 0;
  let changed = Promise.withResolvers<undefined>();

  function begin(): void {
    let taken = 0;
    while (taken < waiting.length && entries.length < WINDOW) {
      const entry = waiting[taken];
      if (entry !== undefined) run(entry);
      taken += 1;
    }
    if (taken > 0) waiting = waiting.slice(taken);
    if (!paused || waiting.length > RESUME_BELOW || bytes > RESUME_BELOW_BYTES || draining) return;
    paused = false;
    lease.resume();
  }

  function run(entry: Entry): void {
    entries.push(entry);
    const { delivery } = entry;
    const { offset } = delivery;
    const mayBegin = (): boolean => {
      // What stands before something that was begun is begun, too: or that could not be committed.
      if (revoked || (draining && offset > begunTo)) return false;
      if (offset > begunTo) begunTo = offset;
      entry.begunAt ??= performance.now();
      return true;
    };
    void bring(delivery, mayBegin).then((outcome) => {
      entry.outcome = outcome;
      changed.resolve(undefined);
    });
  }

  async function keepSettling(): Promise<void> {
    while (!isEnding()) {
      await changed.promise;
      changed = Promise.withResolvers<undefined>();
      await sleep(SETTLE_EVERY_MS);
      await settle();
      begin();
    }
  }

  function isOver(): boolean {
    return revoked;
  }

  function isEnding(): boolean {
    return revoked || draining;
  }

  /** Settles what can be, from the front; false where it could not be said. */
  async function settle(): Promise<boolean> {
    const end = entries.findIndex(({ outcome }) => outcome === undefined || outcome === 'not_begun');
    // A copy: more are begun while these are committed.
    const ready = entries.slice(0, end < 0 ? undefined : end);
    const last = ready.at(-1);
    if (last === undefined || revoked) return true;
    const letters = ready.flatMap(({ outcome }) => (typeof outcome === 'object' ? [outcome] : []));
    const next = last.delivery.offset + 1n;
    try {
      await (letters.length > 0 ? lease.setAside(letters, next) : lease.commit(next));
    } catch (error) {
      if (!isOver()) failed(error);
      changed.resolve(undefined);
      await sleep(AGAIN_MS);
      return false;
    }
    if (trouble !== undefined) log.info('the worker commits again', placeOf(lease));
    trouble = undefined;
    entries = entries.slice(ready.length);
    for (const { size } of ready) bytes -= size;
    onSettled(next, letters);
    return true;
  }

  function failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (trouble === undefined)
      log.warn('what was handled cannot be committed yet', {
        ...placeOf(lease),
        error: message,
        cause: causeOf(error),
      });
    trouble = message;
  }

  async function drain(): Promise<void> {
    draining = true;
    waiting = [];
    changed.resolve(undefined);
    await settling;
    // What has ended is committed while the rest goes on: the time in which that can be done may be over before the rest is.
    while (!isOver() && entries.some(({ outcome }) => outcome === undefined)) {
      await changed.promise;
      changed = Promise.withResolvers<undefined>();
      await settle();
    }
    for (let tries = 0; tries < DRAIN_TRIES && !(await settle()); tries += 1) {
      // It pauses by itself.
    }
  }

  const settling = keepSettling();
  return {
    take(deliveries) {
      if (isEnding()) return;
      // The group's offset may have moved between what was fetched and where we begin.
      for (const delivery of deliveries) {
        if (delivery.offset < lease.from) continue;
        const size = sizeOf(delivery);
        waiting.push({ delivery, size, begunAt: undefined, outcome: undefined });
        bytes += size;
      }
      begin();
      if (paused || (waiting.length <= PAUSE_ABOVE && bytes <= PAUSE_ABOVE_BYTES)) return;
      paused = true;
      lease.pause();
    },
    drain,
    revoke() {
      revoked = true;
      waiting = [];
      changed.resolve(undefined);
    },
    oldest: () => (entries[0] ?? waiting[0])?.delivery.timestamp,
    stuckForMs() {
      const first = entries[0];
      if (first?.begunAt === undefined || first.outcome !== undefined) return 0;
      return performance.now() - first.begunAt;
    },
    trouble: () => trouble,
  };
}

function placeOf({ topic, partition }: Lease) {
  return { topic, partition };
}
