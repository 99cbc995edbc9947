import { diagnose } from '../../kafka/diagnose.ts';
import type { TopicQuestions } from '../../reading/kafkajs/ask-topic.ts';

/** The topics of a worker, by their role. */
export interface WorkerTopics<Of> {
  readonly orders: Of;
  readonly retry: Of;
  readonly deadLetters: Of;
}

const SETTINGS = {
  orders: 'KAFKA_TOPIC',
  retry: 'KAFKA_RETRY_TOPIC',
  deadLetters: 'KAFKA_DLQ_TOPIC',
} as const satisfies WorkerTopics<string>;

/**
 * Rejects, in words fit for anybody, while one of the topics is not there, or the retry topic has other partitions than the
 * orders: replayed events are handled where their order's events are, and that is told by the partition's number.
 */
export async function checkTopics(names: WorkerTopics<string>, questions: WorkerTopics<TopicQuestions>): Promise<void> {
  const count = async (role: keyof typeof SETTINGS): Promise<number> => {
    try {
      return (await questions[role].ask(() => questions[role].leaders({ fresh: true }))).size;
    } catch (error) {
      const { cause = error } = error instanceof Error ? error : {};
      const { reason, message } = diagnose(cause);
      const isMissing = reason === 'topic_missing';
      throw new Error(isMissing ? `The topic ${names[role]} (${SETTINGS[role]}) is not there: create it.` : message, {
        cause: error,
      });
    }
  };
  const [orders, retry] = await Promise.all([count('orders'), count('retry'), count('deadLetters')]);
  if (orders === retry) return;
  throw new Error(
    `${names.retry} has ${retry} partitions and ${names.orders} has ${orders}: give ${names.retry} as many (KAFKA_RETRY_TOPIC).`,
  );
}
