import type { RecordPlace } from '../../dead-letters/dead-letter.ts';
import { readDeadLetterEntry } from '../../dead-letters/dead-letter-record.ts';
import { BEGINNING, END, type RawRecord } from '../../kafka/topic-link.ts';
import type { TopicQuestions } from '../../reading/kafkajs/ask-topic.ts';
import { scanPartition } from '../../reading/kafkajs/scan-partition.ts';

/** How long a stretch may take to be read, ms. */
const WITHIN_MS = 30_000;

/** How many of the latest dead letters are looked at: as many as there may be records in the stretch, and marks. */
const LETTERS_PER_RECORD = 2n;

/**
 * The ids of the records of a stretch that were not set aside: they were handled, because all of it is settled. Read from the
 * topic and from the partition of the dead-letter topic where its letters are.
 */
export async function handledIds(options: {
  readonly place: Omit<RecordPlace, 'offset'>;
  readonly from: bigint;
  readonly to: bigint;
  readonly records: TopicQuestions;
  readonly deadLetters: TopicQuestions;
}): Promise<string[]> {
  const { place, from, to, records, deadLetters } = options;
  const { partition } = place;
  const earliest = await records.ask((link) => link.offsetAt(partition, BEGINNING));
  const begin = from > earliest ? from : earliest;
  if (begin >= to) return [];
  const found: { readonly offset: bigint; readonly id: string }[] = [];
  await scanPartition(records, { partition, from: begin, end: to, withinMs: WITHIN_MS }, (batch) => {
    for (const { offset, headers, isVoid } of batch) {
      const id = isVoid ? '' : textOf(headers['ce_id']);
      if (id !== '') found.push({ offset, id });
    }
  });
  const setAside = await offsetsSetAside(deadLetters, place, LETTERS_PER_RECORD * (to - begin));
  return found.filter(({ offset }) => !setAside.has(offset)).map(({ id }) => id);
}

async function offsetsSetAside(
  deadLetters: TopicQuestions,
  { topic, partition }: Omit<RecordPlace, 'offset'>,
  atMost: bigint,
): Promise<ReadonlySet<bigint>> {
  const partitions = await deadLetters.ask(() => deadLetters.leaders());
  const at = partition % partitions.size;
  const [earliest, end] = await deadLetters.ask((link) =>
    Promise.all([link.offsetAt(at, BEGINNING), link.offsetAt(at, END)]),
  );
  const from = end - atMost > earliest ? end - atMost : earliest;
  const offsets = new Set<bigint>();
  await scanPartition(deadLetters, { partition: at, from, end, withinMs: WITHIN_MS }, (batch) => {
    for (const record of batch) {
      const entry = record.isVoid ? undefined : readDeadLetterEntry(record);
      if (entry?.kind !== 'letter') continue;
      const source = entry.letter.record;
      if (source.topic === topic && source.partition === partition) offsets.add(source.offset);
    }
  });
  return offsets;
}

function textOf(header: RawRecord['headers'][string]): string {
  return typeof header === 'string' || header instanceof Buffer ? header.toString() : '';
}
