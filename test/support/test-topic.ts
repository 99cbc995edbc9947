import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

/** A topic of a suite's own. */
export interface TestTopic {
  readonly name: string;
  remove(): Promise<void>;
}

/** Creates a topic under a name of its own, so that suites do not see each other's records. */
export async function createTestTopic(
  bootstrap: string,
  {
    partitions = 6,
    replicas = 1,
    configs = {},
  }: { partitions?: number; replicas?: number; configs?: Record<string, string> } = {},
): Promise<TestTopic> {
  const name = `test-${randomUUID()}`;
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: [
      {
        topic: name,
        numPartitions: partitions,
        replicationFactor: replicas,
        configEntries: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
  await admin.disconnect();
  return {
    name,
    async remove() {
      await admin.connect();
      await admin.deleteTopics({ topics: [name] });
      await admin.disconnect();
    },
  };
}
