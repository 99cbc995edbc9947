/** Topics: what the project's are, and how they are made on a cluster. */
import { waitForPartitions, withAdmin } from './admin.ts';

/** A topic to create. */
export interface TopicSpec {
  readonly name: string;
  /** 6 unless told. */
  readonly partitions?: number;
  /** 3 on three brokers, 1 on one, unless told. */
  readonly replicationFactor?: number;
  /** Topic configuration as the broker names it. */
  readonly configs?: Readonly<Record<string, string>>;
}

/**
 * Created on every cluster, as the event contract has them. The bounds on `orders` are the fence: the broker refuses a
 * record stamped more than 30 s ago (a retry that comes too late) or more than 2 s ahead (a clock that would defeat the
 * first bound). KIP-937. A dead letter is its record with headers added, so its topic takes twice a broker's 1 MiB.
 */
export const ORDER_TOPICS: readonly TopicSpec[] = [
  {
    name: 'orders',
    partitions: 6,
    configs: {
      'cleanup.policy': 'delete',
      'retention.ms': '604800000',
      'message.timestamp.type': 'CreateTime',
      'message.timestamp.before.max.ms': '30000',
      'message.timestamp.after.max.ms': '2000',
    },
  },
  {
    name: 'orders.dlq',
    partitions: 6,
    configs: { 'cleanup.policy': 'delete', 'retention.ms': '2592000000', 'max.message.bytes': '2097152' },
  },
  {
    name: 'orders.retry',
    partitions: 6,
    configs: { 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'max.message.bytes': '2097152' },
  },
];

/** `extra` added to `base`; of two with one name the later one's fields and single configs win. */
export function mergeTopics(base: readonly TopicSpec[], extra: readonly TopicSpec[]): TopicSpec[] {
  const merged = new Map(base.map((spec) => [spec.name, spec]));
  for (const spec of extra) {
    const known = merged.get(spec.name);
    merged.set(spec.name, { ...known, ...spec, configs: { ...known?.configs, ...spec.configs } });
  }
  return [...merged.values()];
}

/**
 * Creates the topics and waits until each of the brokers knows a leader for every partition.
 * @param brokers addresses; the first one is asked to create.
 * @throws Error naming the topic and the broker's reason.
 */
export async function createTopics(
  brokers: readonly string[],
  specs: readonly TopicSpec[],
  replicas: number,
): Promise<void> {
  const [first] = brokers;
  if (first === undefined) throw new Error('No broker is running.');
  await withAdmin(first, async (admin) => {
    for (const { name, partitions = 6, replicationFactor = replicas, configs = {} } of specs) {
      const configEntries = Object.entries(configs).map(([key, value]) => ({ name: key, value }));
      const topic = { topic: name, numPartitions: partitions, replicationFactor, configEntries };
      const created = await admin.createTopics({ topics: [topic], waitForLeaders: false }).catch((error: unknown) => {
        throw new Error(`Topic ${name} could not be created: ${reasonOf(error)}`);
      });
      if (!created) throw new Error(`Topic ${name} could not be created: it exists.`);
    }
  });
  const names = specs.map((spec) => spec.name);
  await Promise.all(brokers.map((broker) => waitForPartitions(broker, names, ({ leader }) => leader >= 0)));
}

// kafkajs collects the topics' errors under one message that says nothing.
function reasonOf(error: unknown): string {
  const errors: readonly unknown[] =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  return errors.map((one) => (one instanceof Error ? one.message : String(one))).join('; ');
}
