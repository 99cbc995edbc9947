import { BEGINNING, END, type RawRecord } from '../../src/kafka/topic-link.ts';
import { createTopicQuestions } from '../../src/reading/kafkajs/ask-topic.ts';
import { scanPartition } from '../../src/reading/kafkajs/scan-partition.ts';
import { readDeadLetterEntry } from '../../src/dead-letters/dead-letter-record.ts';
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import { silentLog } from './silent-log.ts';

/** A record as it stands on its topic. */
export interface PlacedRecord extends RawRecord {
  readonly partition: number;
}

/** A dead letter, and the record that holds it. */
export interface PlacedLetter extends DeadLetter {
  readonly stored: PlacedRecord;
  /** Of the record it stands for, as `topic/partition/offset`. */
  readonly source: string;
}

const WITHIN_MS = 30_000;

/** Reads a whole topic as a read-committed reader does: nothing of transactions that are open or were aborted. */
export async function readCommitted(bootstrap: string, topic: string): Promise<PlacedRecord[]> {
  const settings = { brokers: bootstrap.split(','), topic };
  const questions = createTopicQuestions({ settings, log: silentLog, committedOnly: true });
  try {
    const partitions = [...(await questions.ask(() => questions.leaders())).keys()].sort((a, b) => a - b);
    const read = partitions.map(async (partition) => {
      const [from, end] = await questions.ask((link) =>
        Promise.all([link.offsetAt(partition, BEGINNING), link.offsetAt(partition, END)]),
      );
      const records: PlacedRecord[] = [];
      await scanPartition(questions, { partition, from, end, withinMs: WITHIN_MS }, (batch) => {
        for (const record of batch) if (!record.isVoid) records.push({ ...record, partition });
      });
      return records;
    });
    return (await Promise.all(read)).flat();
  } finally {
    questions.close();
  }
}

/** The letters a read-committed reader finds. Throws where something else is on the topic. */
export async function readLetters(bootstrap: string, topic: string): Promise<PlacedLetter[]> {
  return (await readCommitted(bootstrap, topic)).map((stored) => {
    const entry = readDeadLetterEntry(stored);
    if (entry.kind !== 'letter') throw new Error(`${topic}/${stored.partition}/${stored.offset} is no letter`);
    const { topic: from, partition, offset } = entry.letter.record;
    return { ...entry.letter, stored, source: `${from}/${partition}/${offset}` };
  });
}
