import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { withKafkaAdmin } from './reading-kafka.ts';

/** How far a group is on the partitions of its topics. */
export interface Progress {
  /** `topic/partition` */
  readonly at: string;
  /** -1 where nothing was ever committed */
  readonly committed: bigint;
  /** The offset of the next record */
  readonly end: bigint;
}

const LOOK_EVERY_MS = 200;
const WITHIN_MS = 90_000;

/** Resolves when the group has committed the ends of all partitions that have records. Throws when that takes too long. */
export async function untilSettled(
  bootstrap: string,
  { group, topics, withinMs = WITHIN_MS }: { group: string; topics: readonly string[]; withinMs?: number },
): Promise<readonly Progress[]> {
  const deadline = performance.now() + withinMs;
  let seen: readonly Progress[] = [];
  while (performance.now() < deadline) {
    try {
      return await withKafkaAdmin(bootstrap, async (admin) => {
        for (;;) {
          seen = (await Promise.all(topics.map((topic) => progressOf(admin, group, topic)))).flat();
          if (seen.every(isSettled)) return seen;
          if (performance.now() > deadline) throw new Error('too late');
          await sleep(LOOK_EVERY_MS);
        }
      });
    } catch {
      await sleep(LOOK_EVERY_MS); // brokers come and go under some suites: another client finds the others
    }
  }
  const missing = seen.filter((each) => !isSettled(each));
  const lines = missing.map(({ at, committed, end }) => `${at}: ${committed} of ${end}`);
  throw new Error(`not settled within ${withinMs} ms: ${lines.join(', ')}`);
}

/** What the group has committed. */
export async function progressOf(admin: Admin, group: string, topic: string): Promise<Progress[]> {
  const [ends, offsets] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  ]);
  const committed = new Map(offsets[0]?.partitions.map(({ partition, offset }) => [partition, offset]));
  return ends.map(({ partition, high }) => ({
    at: `${topic}/${partition}`,
    committed: BigInt(committed.get(partition) ?? -1),
    end: BigInt(high),
  }));
}

function isSettled({ committed, end }: Progress): boolean {
  return end === 0n || committed === end;
}
