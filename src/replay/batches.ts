import { toMarkRecord, toRetryRecord } from '../dead-letters/dead-letter-record.ts';
import { placeText, sourceOf, type Letter } from './letter-book.ts';
import type { Send } from './ports.ts';

/** Small, so that little is under way when the replay is ended, and far from what a topic takes in one batch. */
const LETTERS_MAX = 20;
const BYTES_MAX = 256 * 1024;

/** The first letters that go together in one transaction; one that is suspected to be at fault goes alone. */
export function nextBatch(due: Iterable<Letter>, suspects: ReadonlySet<string>, max: number): readonly Letter[] {
  const batch: Letter[] = [];
  let bytes = 0;
  for (const letter of due) {
    const isSuspect = suspects.has(sourceOf(letter));
    bytes += letter.record.value?.length ?? 0;
    if (batch.length > 0 && (isSuspect || bytes > BYTES_MAX)) break;
    batch.push(letter);
    if (isSuspect || batch.length >= Math.min(LETTERS_MAX, max)) break;
  }
  return batch;
}

/**
 * What a batch puts where: each letter's record on the retry topic, on the partition with the number it was on originally, and
 * a mark beside the letter, wherever it stands. `now` in ms since the epoch.
 */
export function sendsOf(
  batch: readonly Letter[],
  topics: { readonly letterTopic: string; readonly retryTopic: string },
  now: number,
): readonly Send[] {
  const { letterTopic, retryTopic } = topics;
  const retries = batch.map((letter) => {
    const { partition } = letter.record;
    const record = toRetryRecord(letter, `${letterTopic}/${placeText(letter.places[0])}`, now);
    return { topic: retryTopic, partition, records: [record] };
  });
  const marks = batch.flatMap(({ places, record: { partition } }) =>
    places.map((letter) => {
      const record = toMarkRecord({ letter, retry: { topic: retryTopic, partition }, replayedAt: now });
      return { topic: letterTopic, partition: letter.partition, records: [record] };
    }),
  );
  return [...byPartition(retries), ...byPartition(marks)];
}

function byPartition(sends: readonly Send[]): readonly Send[] {
  const joined = new Map<number, Send>();
  for (const { partition, ...send } of sends) {
    const records = [...(joined.get(partition)?.records ?? []), ...send.records];
    joined.set(partition, { ...send, partition, records });
  }
  return [...joined.values()];
}
