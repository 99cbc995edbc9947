/** One broker, asked through kafkajs' admin client. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';

const PARTITIONS_WITHIN_MS = 30_000;
const OFFLINE_AFTER_MS = 5_000;

/** A partition as the asked broker sees it: `leader` is -1 when there is none. */
export type Partition = Awaited<ReturnType<Admin['fetchTopicMetadata']>>['topics'][number]['partitions'][number];

/** Connects to the broker at `address` and to no other, lends the client to `use`, disconnects. */
export async function withAdmin(address: string, use: (admin: Admin) => Promise<void>): Promise<void> {
  hideTimeoutWarnings();
  const [host = '', port] = address.split(':');
  const kafka = new Kafka({
    clientId: 'orders-tools',
    brokers: [address],
    logLevel: logLevel.NOTHING,
    requestTimeout: 10_000,
    // kafkajs asks any broker the metadata names, a paused one too. This one answers for the cluster as it sees it, and
    // forwards to the controller what is to be changed.
    socketFactory: ({ onConnect }) => connect(Number(port), host, onConnect),
  });
  const admin = kafka.admin({ retry: { initialRetryTime: 50, retries: 4 } });
  try {
    await admin.connect();
    await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Waits until the broker at `address` itself sees `done` for every partition of the topics.
 * @throws Error when that takes longer than 30 s.
 */
export const waitForPartitions = (
  address: string,
  topics: string[],
  done: (partition: Partition) => boolean,
): Promise<void> =>
  withAdmin(address, (admin) =>
    // What the broker has not heard of yet, topic or leader, comes as an error.
    poll(address, async () => {
      const found = await admin.fetchTopicMetadata({ topics }).catch(() => undefined);
      return found?.topics.every((topic) => topic.partitions.every(done)) === true;
    }),
  );

/**
 * Waits until the broker at `address` sees itself in the in-sync set of each partition it has a replica of. If a partition
 * has no leader for 5 s, other brokers are needed first: then it waits no longer.
 * @throws Error when that takes longer than 30 s.
 */
export const waitUntilInSync = (address: string, id: number): Promise<void> =>
  withAdmin(address, (admin) => {
    const offlineAfter = Date.now() + OFFLINE_AFTER_MS;
    return poll(address, async () => {
      const found = await admin.fetchTopicMetadata().catch(() => undefined);
      // kafkajs gives no metadata at all when one of the partitions has no leader.
      if (!found) return Date.now() > offlineAfter;
      return found.topics.every(({ partitions }) =>
        partitions.every(({ replicas, isr }) => !replicas.includes(id) || isr.includes(id)),
      );
    });
  });

async function poll(address: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PARTITIONS_WITHIN_MS;
  while (!(await done())) {
    if (Date.now() > deadline)
      throw new Error(`Partitions at ${address} not ready in ${PARTITIONS_WITHIN_MS / 1000} s.`);
    await sleep(50);
  }
}

let hidden = false;

// kafkajs 2.2 sets a timer with a negative delay after most answers, which Node 22 and newer warn about. Other warnings pass.
function hideTimeoutWarnings(): void {
  if (hidden) return;
  hidden = true;
  const emit = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void;
  process.emitWarning = (...args: readonly unknown[]) => {
    if (args[1] !== 'TimeoutNegativeWarning') emit(...args);
  };
}
