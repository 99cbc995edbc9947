import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetter, OriginalRecord } from '../../src/dead-letters/dead-letter.ts';
import { readDeadLetterEntry, toLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { BEGINNING, END, type RawRecord } from '../../src/kafka/topic-link.ts';
import { createTopicQuestions } from '../../src/reading/kafkajs/ask-topic.ts';
import { scanPartition } from '../../src/reading/kafkajs/scan-partition.ts';
import { withProducer } from './reading-kafka.ts';
import type { ReplayProcess } from './replay-process.ts';
import { silentLog } from './silent-log.ts';
import { createTestTopic } from './test-topic.ts';

/** The topics of a suite's own dead letters, and the environment that names them. */
export interface LetterTopics {
  readonly letters: string;
  readonly retry: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Creates both. */
export async function createLetterTopics(bootstrap: string, { partitions = 3 } = {}): Promise<LetterTopics> {
  const [letters, retry] = await Promise.all([
    createTestTopic(bootstrap, { partitions }),
    createTestTopic(bootstrap, { partitions }),
  ]);
  return {
    letters: letters.name,
    retry: retry.name,
    env: { KAFKA_BROKERS: bootstrap, KAFKA_DLQ_TOPIC: letters.name, KAFKA_RETRY_TOPIC: retry.name },
    remove: async () => {
      await Promise.all([letters.remove(), retry.remove()]);
    },
  };
}

/** A letter of the event at this offset of `orders`. */
export function aLetter(offset: number, changes: Partial<DeadLetter> = {}, record: Partial<OriginalRecord> = {}) {
  return {
    reason: 'handler_failed',
    error: 'the handler said no',
    attempts: 4,
    time: Date.parse('2026-01-02T03:04:05.678Z') + offset,
    ...changes,
    record: {
      topic: 'orders',
      partition: offset % 3,
      offset: BigInt(offset),
      timestamp: Date.parse('2026-01-01T00:00:00Z'),
      key: Buffer.from(`order-${offset}`),
      value: Buffer.from(`value-${offset}`),
      headers: { ce_id: `event-${offset}`, ce_type: 'orders.order.created.v1' },
      ...record,
    },
  } satisfies DeadLetter;
}

/** Writes letters as the worker does, in one transaction; by default each on the partition with the number of its source. */
export async function writeLetters(
  bootstrap: string,
  topic: string,
  letters: readonly DeadLetter[],
  { abort = false, partition }: { abort?: boolean; partition?: number } = {},
): Promise<void> {
  const messages = letters.map((letter) => ({
    ...toLetterRecord(letter),
    partition: partition ?? letter.record.partition,
  }));
  const write = { transactionalId: `test-worker-${randomUUID()}` };
  await withProducer(
    bootstrap,
    async (producer) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages });
      await (abort ? transaction.abort() : transaction.commit());
    },
    write,
  );
}

/** A record and where it stands. */
export type PlacedRecord = RawRecord & { readonly partition: number };

/** Reads all of a topic that is committed now. */
export async function readCommitted(bootstrap: string, topic: string): Promise<PlacedRecord[]> {
  const settings = { brokers: bootstrap.split(','), topic };
  const questions = createTopicQuestions({ settings, log: silentLog, committedOnly: true });
  const found: PlacedRecord[] = [];
  try {
    for (const partition of (await questions.ask(() => questions.leaders())).keys()) {
      const from = await questions.ask((link) => link.offsetAt(partition, BEGINNING));
      const end = await questions.ask((link) => link.offsetAt(partition, END));
      await scanPartition(questions, { partition, from, end, withinMs: 30_000 }, (records) => {
        found.push(...records.filter(({ isVoid }) => !isVoid).map((record) => ({ ...record, partition })));
      });
    }
  } finally {
    questions.close();
  }
  return found;
}

/** The marks on the dead-letter topic, as the places of their letters. */
export async function readMarks(bootstrap: string, topic: string): Promise<string[]> {
  const entries = (await readCommitted(bootstrap, topic)).map(readDeadLetterEntry);
  return entries
    .flatMap((entry) => (entry.kind === 'mark' ? [`${entry.mark.letter.partition}/${entry.mark.letter.offset}`] : []))
    .sort();
}

/** Resolves once more than so many letters are marked; rejects when `replay`, which is to mark them, ends before. */
export async function markedMoreThan(
  count: number,
  { bootstrap, topic, replay }: { bootstrap: string; topic: string; replay: Pick<ReplayProcess, 'ended'> },
): Promise<void> {
  let ended: number | NodeJS.Signals | undefined;
  void replay.ended.then((how) => (ended = how));
  for (;;) {
    const how = ended; // looked at before the marks are
    if ((await readMarks(bootstrap, topic)).length > count) return;
    if (how !== undefined) throw new Error(`the replay has ended (${how}) and marked no more`);
    await sleep(20);
  }
}

/** The places of the letters themselves. */
export async function readPlaces(bootstrap: string, topic: string): Promise<string[]> {
  const letters = (await readCommitted(bootstrap, topic)).filter((at) => readDeadLetterEntry(at).kind === 'letter');
  return letters.map(({ partition, offset }) => `${partition}/${offset}`).sort();
}
