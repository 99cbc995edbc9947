import type { RecordPlace } from '../../dead-letters/dead-letter.ts';
import { readDeadLetterEntry } from '../../dead-letters/dead-letter-record.ts';
import { headerText } from '../../dead-letters/record-headers.ts';
import { BEGINNING, END, type RawRecord } from '../../kafka/topic-link.ts';
import type { TopicQuestions } from '../../reading/kafkajs/ask-topic.ts';
import { scanPartition } from '../../reading/kafkajs/scan-partition.ts';

/** How long a stretch may take to be read, ms; a broker that does not answer is noticed long before. */
const WITHIN_MS = 600_000;

/**
 * A letter is stamped after its record, but by the clock of another machine, ms. It is not looked for by its place: marks, and the
 * letters of what was replayed in vain, lie behind it in any number.
 */
const CLOCKS_APART_MS = 24 * 60 * 60 * 1_000;

/** Asks about the dead-letter topic: with what is committed only, and with everything. */
export interface LetterQuestions {
  readonly committed: TopicQuestions;
  readonly all: TopicQuestions;
}

/**
 * The ids of the records of a stretch that were not set aside: they were handled, because all of it is settled. Read from the
 * topic and from the partition of the dead-letter topic where its letters are.
 */
export async function handledIds(options: {
  readonly place: Omit<RecordPlace, 'offset'>;
  readonly from: bigint;
  readonly to: bigint;
  readonly records: TopicQuestions;
  readonly deadLetters: LetterQuestions;
}): Promise<string[]> {
  const { place, from, to, records, deadLetters } = options;
  const { partition } = place;
  const earliest = await records.ask((link) => link.offsetAt(partition, BEGINNING));
  const begin = from > earliest ? from : earliest;
  if (begin >= to) return [];
  const found: { readonly offset: bigint; readonly id: string }[] = [];
  let oldest = Infinity;
  await scanPartition(records, { partition, from: begin, end: to, withinMs: WITHIN_MS }, (batch) => {
    for (const { offset, headers, timestamp, isVoid } of batch) {
      oldest = Math.min(oldest, timestamp);
      const id = isVoid ? '' : headerText(headers, 'ce_id');
      if (id !== '') found.push({ offset, id });
    }
  });
  if (found.length === 0) return [];
  const setAside = await offsetsSetAside(deadLetters, place, Math.max(0, oldest - CLOCKS_APART_MS));
  return found.filter(({ offset }) => !setAside.has(offset)).map(({ id }) => id);
}

/**
 * Behind a transaction that is open, whoever's it is, nothing is read as committed, but letters of ours may be: those are taken for
 * letters, though one of them may have been aborted. Its event is then one that is not remembered; otherwise a letter would be one
 * whose replay has no effect.
 */
async function offsetsSetAside(
  { committed, all }: LetterQuestions,
  { topic, partition }: Omit<RecordPlace, 'offset'>,
  since: number,
): Promise<ReadonlySet<bigint>> {
  const partitions = await committed.ask(() => committed.leaders());
  const at = partition % partitions.size;
  const stable = await committed.ask((link) => link.offsetAt(at, END));
  const [from, end] = await all.ask((link) => Promise.all([link.offsetAt(at, since), link.offsetAt(at, END)]));
  const offsets = new Set<bigint>();
  if (from < 0n) return offsets;
  const note = (batch: readonly RawRecord[]): void => {
    for (const record of batch) {
      const entry = record.isVoid ? undefined : readDeadLetterEntry(record);
      if (entry?.kind !== 'letter') continue;
      const source = entry.letter.record;
      if (source.topic === topic && source.partition === partition) offsets.add(source.offset);
    }
  };
  await scanPartition(committed, { partition: at, from, end: stable, withinMs: WITHIN_MS }, note);
  const open = from > stable ? from : stable;
  await scanPartition(all, { partition: at, from: open, end, withinMs: WITHIN_MS }, note);
  return offsets;
}
