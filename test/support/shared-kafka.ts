import type { KafkaCluster, Listeners, Secrets } from '../../tools/kafka/cluster.ts';

/** What suites share, as they see it. */
export interface SharedKafka {
  /** PLAINTEXT addresses of the broker that suites share; absent where there is none. */
  readonly bootstrap?: string;
  /** Our own broker with every kind of listener; absent where clusters cannot be started. */
  readonly secured?: SecuredKafka;
}

/** A broker with every kind of listener. */
export interface SecuredKafka {
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

/** What the global setup has found or started. */
export function sharedKafka(): SharedKafka {
  return JSON.parse(process.env[VARIABLE] ?? '{}') as SharedKafka; // written by publishSharedKafka
}
