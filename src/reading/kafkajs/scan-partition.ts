import type { RawRecord } from '../../kafka/topic-link.ts';
import type { TopicQuestions } from './ask-topic.ts';
import { advance, cursorAt, fetchFrom } from './partition-cursor.ts';

/** A stretch of a partition: from an offset up to, not including, another, and how long reading it may take, ms. */
export interface Stretch {
  readonly partition: number;
  readonly from: bigint;
  readonly end: bigint;
  readonly withinMs: number;
}

/** How long a broker waits for more of a stretch, ms; it is all there. */
const POLL_MS = 50;

/**
 * Reads a stretch once and hands over what is found, in order; resolves when all of it has been. With a link that reads only
 * what is committed, `end` must not lie behind a transaction that is still open.
 */
export async function scanPartition(
  questions: TopicQuestions,
  { partition, from, end, withinMs }: Stretch,
  each: (records: readonly RawRecord[]) => void,
): Promise<void> {
  const cursor = cursorAt(partition, from);
  const deadline = performance.now() + withinMs;
  while (cursor.next < end) {
    const at = cursor.next;
    const fetched = await questions.ask(async (link) => {
      const leader = (await questions.leaders()).get(partition) ?? -1;
      return link.fetch(leader, [fetchFrom(cursor)], POLL_MS);
    });
    each(fetched.flatMap((answer) => advance(cursor, at, answer)).filter(({ offset }) => offset < end));
    if (performance.now() > deadline) throw new Error('The topic could not be read in time.');
  }
}
