import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicEntry, TopicSink } from '../../src/reading/topic-reader.ts';

/** A sink that keeps what it is handed and sees to the rules of the port. */
export interface CollectingSink extends TopicSink {
  /** In the order of the calls. */
  readonly entries: readonly TopicEntry[];
  readonly begun: readonly { readonly partition: number; readonly offset: bigint }[];
  /** Partitions of which something was stepped over, as often as it was. */
  readonly missedOn: readonly number[];
  /** Where each partition stands. */
  readonly position: (partition: number) => bigint | undefined;
  /** Breaches of the port's rules: an entry out of order or handed twice, a stretch before its beginning. */
  readonly breaches: readonly string[];
  /** Resolves once `done` holds. @throws Error after 120 s, with what was read by then. */
  until(done: (sink: CollectingSink) => boolean): Promise<void>;
}

/** kafkajs' producer may need half a minute to leave a frozen broker: until then there is nothing to read. */
const PATIENCE_MS = 120_000;

export function createCollectingSink(): CollectingSink {
  const entries: TopicEntry[] = [];
  const begun: { partition: number; offset: bigint }[] = [];
  const positions = new Map<number, bigint>();
  const breaches: string[] = [];
  const missed: number[] = [];
  const sink: CollectingSink = {
    entries,
    begun,
    breaches,
    missedOn: missed,
    position: (partition) => positions.get(partition),
    began(partition, offset) {
      begun.push({ partition, offset });
      positions.set(partition, offset);
    },
    missed: (partition) => missed.push(partition),
    read(partition, stretch, next) {
      let at = positions.get(partition);
      if (at === undefined || next < at) breaches.push(`${partition}: read up to ${next}, which had been at ${at}`);
      for (const { partition: of, offset } of stretch) {
        if (of !== partition || at === undefined || offset < at || offset >= next) breaches.push(`${of}/${offset}`);
        at = offset + 1n;
      }
      entries.push(...stretch);
      positions.set(partition, next);
    },
    async until(done) {
      const deadline = performance.now() + PATIENCE_MS;
      while (!done(sink)) {
        if (performance.now() > deadline) {
          const stand = [...positions].map(([partition, at]) => `${partition}: ${at}`).join(', ');
          throw new Error(`not read within ${PATIENCE_MS} ms; ${entries.length} entries, ${stand}`);
        }
        await sleep(10);
      }
    },
  };
  return sink;
}
