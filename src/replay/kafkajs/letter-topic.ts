import { diagnose } from '../../kafka/diagnose.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { BEGINNING, END } from '../../kafka/topic-link.ts';
import { createTopicQuestions, type TopicQuestions } from '../../reading/kafkajs/ask-topic.ts';
import { scanPartition } from '../../reading/kafkajs/scan-partition.ts';
import { causeOf } from '../../telemetry/cause-of.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { ReplayError } from '../errors.ts';
import { createLetterBook, type LetterBook } from '../letter-book.ts';
import { pause } from '../pace.ts';
import type { LetterTopic } from '../ports.ts';

/** A partition of dead letters may be long, ms. */
const SCAN_WITHIN_MS = 600_000;

/** Longer than a transaction may stay open: a broker ends it after the time its producer has named, a minute with kafkajs, ms. */
const SETTLE_WITHIN_MS = 90_000;
const LOOK_AGAIN_MS = 200;

/** Reads without a consumer group, and only what is committed. */
export function createLetterTopic(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly letterTopic: string;
  readonly retryTopic: string;
  readonly stop: AbortSignal;
  readonly say: (line: string) => void;
}): LetterTopic {
  const { settings, log, letterTopic, retryTopic, stop, say } = options;
  const ofLetters = { settings: { ...settings, topic: letterTopic }, log };
  const committed = createTopicQuestions({ ...ofLetters, committedOnly: true });
  const everything = createTopicQuestions(ofLetters);
  const retry = createTopicQuestions({ settings: { ...settings, topic: retryTopic }, log });

  const offsetOf = (questions: TopicQuestions, partition: number, at: number) =>
    questions.ask((link) => link.offsetAt(partition, at));

  async function readUpTo(endOf: (partition: number) => Promise<bigint>): Promise<LetterBook> {
    const leaders = await committed.ask(() => committed.leaders({ fresh: true }));
    const book = createLetterBook();
    for (const partition of leaders.keys()) {
      const end = await endOf(partition);
      const from = await offsetOf(committed, partition, BEGINNING);
      await scanPartition(committed, { partition, from, end, withinMs: SCAN_WITHIN_MS }, (records) => {
        book.take(partition, records);
      });
    }
    return book.finish();
  }

  /** The end of the partition, once no transaction is open before it any more. */
  async function settledEnd(partition: number): Promise<bigint> {
    const end = await offsetOf(everything, partition, END);
    const deadline = performance.now() + SETTLE_WITHIN_MS;
    for (let waits = false; (await offsetOf(committed, partition, END)) < end; waits = true) {
      if (stop.aborted || performance.now() > deadline)
        throw new ReplayError(
          `A transaction on ${letterTopic}/${partition} is open, so it is not certain what is replayed already: try again in a minute.`,
        );
      if (!waits) say(`Waiting for the end of a transaction on ${letterTopic}/${partition}.`);
      await pause(LOOK_AGAIN_MS, stop);
    }
    return end;
  }

  return {
    read: () =>
      explained(
        readUpTo((partition) => offsetOf(committed, partition, END)),
        letterTopic,
        'KAFKA_DLQ_TOPIC',
      ),
    readSettled: () => explained(readUpTo(settledEnd), letterTopic, 'KAFKA_DLQ_TOPIC'),
    async retryPartitions() {
      const leaders = retry.ask(() => retry.leaders({ fresh: true }));
      return (await explained(leaders, retryTopic, 'KAFKA_RETRY_TOPIC')).size;
    },
    close() {
      for (const questions of [committed, everything, retry]) questions.close();
    },
  };
}

/** The error of a topic that is read, in one line that names it. */
async function explained<Answer>(answer: Promise<Answer>, topic: string, variable: string): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ReplayError) throw error;
    const isMissing = diagnose(error).reason === 'topic_missing';
    if (isMissing)
      throw new ReplayError(`There is no topic ${topic}: create it, or check ${variable}.`, { cause: error });
    const [message, cause] = [error instanceof Error ? error.message : String(error), causeOf(error)];
    throw new ReplayError(`${topic} cannot be read. ${message}${cause === undefined ? '' : ` (${cause})`}`, {
      cause: error,
    });
  }
}
