import { randomUUID } from 'node:crypto';
import { createTestTopic, FENCE, type TestTopic } from './test-topic.ts';

/** The topics of a worker and its group, of a suite's own. */
export interface WorkerTopics {
  readonly orders: string;
  readonly retry: string;
  readonly deadLetters: string;
  readonly group: string;
  /** Tells a worker of them. */
  readonly env: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Three topics with as many partitions; `orders` has the fence, as the project's own has. */
export async function createWorkerTopics(
  bootstrap: string,
  options: { readonly partitions?: number; readonly retryPartitions?: number; readonly replicas?: number } = {},
): Promise<WorkerTopics> {
  const { partitions = 6, retryPartitions = partitions, replicas = 1 } = options;
  const inSync: Record<string, string> = replicas === 3 ? { 'min.insync.replicas': '2' } : {};
  const make = (count: number, configs: Record<string, string>): Promise<TestTopic> =>
    createTestTopic(bootstrap, { partitions: count, replicas, configs: { ...inSync, ...configs } });
  const topics = await Promise.all([
    make(partitions, FENCE),
    make(retryPartitions, {}),
    make(partitions, { 'max.message.bytes': '2097152' }),
  ]);
  const [orders = '', retry = '', deadLetters = ''] = topics.map(({ name }) => name);
  const group = `group-${randomUUID()}`;
  return {
    orders,
    retry,
    deadLetters,
    group,
    env: { KAFKA_TOPIC: orders, KAFKA_RETRY_TOPIC: retry, KAFKA_DLQ_TOPIC: deadLetters, KAFKA_GROUP: group },
    async remove() {
      for (const topic of topics) await topic.remove();
    },
  };
}
