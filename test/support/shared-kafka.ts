import type { KafkaCluster, Listeners, Secrets } from '../../tools/kafka/cluster.ts';

/** The broker that suites share, as they see it. */
export interface SharedKafka {
  /** PLAINTEXT */
  readonly bootstrap: string;
  readonly listeners: Listeners;
  readonly secrets: Secrets;
}

const VARIABLE = 'TEST_SHARED_KAFKA';
const holder = globalThis as { sharedKafkaCluster?: KafkaCluster };

/** Hands the broker's addresses to the suites, whichever process they run in. */
export function publishSharedKafka(kafka: SharedKafka): void {
  process.env[VARIABLE] = JSON.stringify(kafka);
}

/** Global setup and teardown run in one process, but are loaded apart. */
export function rememberCluster(cluster: KafkaCluster): void {
  holder.sharedKafkaCluster = cluster;
}

/** The cluster that the global setup started. */
export function rememberedCluster(): KafkaCluster | undefined {
  return holder.sharedKafkaCluster;
}

/** The shared broker. Throws where there is none: use it inside `describeWithKafka`. */
export function sharedKafka(): SharedKafka {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('there is no shared Kafka broker');
  return JSON.parse(text) as SharedKafka; // written by publishSharedKafka
}

/** Whether there is a shared broker. */
export function hasSharedKafka(): boolean {
  return process.env[VARIABLE] !== undefined;
}
