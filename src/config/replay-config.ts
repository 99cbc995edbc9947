import type { KafkaSettings } from '../kafka/kafka-settings.ts';
import { readKafka, readTopics } from './kafka.ts';
import type { Values } from './schema.ts';
import { ConfigError, readValues, type Environment } from './values.ts';

/** The replay's configuration, checked. */
export interface ReplayConfig {
  readonly logLevel: Values['LOG_LEVEL'];
  readonly kafka: KafkaSettings;
  readonly deadLetterTopic: string;
  readonly retryTopic: string;
}

/** What a replay through the API needs. */
export interface ApiReplayConfig {
  readonly adminKey: string;
  readonly idempotencyTtlMs: number;
}

/** Reads the environment (and the files it names). Throws a ConfigError with every fault at once; opens nothing. */
export function readReplayConfig(env: Environment): ReplayConfig {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const kafka = readKafka(values, faults, 'by the replay: dead letters are on a Kafka topic');
  const topics = readTopics(values, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return { logLevel: values.LOG_LEVEL, kafka, ...topics };
}

/** The same for a replay through the API. `given` is the key of the command line. */
export function readApiReplayConfig(env: Environment, given: string | undefined): ApiReplayConfig {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const adminKey = given ?? values.ADMIN_API_KEY;
  if (adminKey === undefined) faults.push('ADMIN_API_KEY: required to act on behalf of principals (or --key)');
  if (adminKey === undefined || faults.length > 0) throw new ConfigError(faults);
  return { adminKey, idempotencyTtlMs: values.IDEMPOTENCY_TTL_SECONDS * 1000 };
}
