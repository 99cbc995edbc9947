import { randomUUID } from 'node:crypto';
import { withAdmin } from '../../tools/kafka/admin.ts';
import { createTopics } from '../../tools/kafka/topics.ts';

/** The fence, as the project's own topic has it. */
export const FENCE = {
  'message.timestamp.before.max.ms': '30000',
  'message.timestamp.after.max.ms': '2000',
};

/** A topic of a suite's own. */
export interface TestTopic {
  readonly name: string;
  remove(): Promise<void>;
}

/** Creates a topic under a name of its own, so that suites do not see each other's records; every broker knows it then. */
export async function createTestTopic(
  bootstrap: string,
  options: { partitions?: number; replicas?: number; configs?: Record<string, string> } = {},
): Promise<TestTopic> {
  const { replicas = 1, ...spec } = options;
  const name = `test-${randomUUID()}`;
  const brokers = bootstrap.split(',');
  await createTopics(brokers, [{ name, ...spec }], replicas);
  return {
    name,
    remove: () => withAdmin(brokers[0] ?? '', (admin) => admin.deleteTopics({ topics: [name] })),
  };
}
