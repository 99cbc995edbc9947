import type { KafkaSettings } from '../kafka/kafka-settings.ts';
import { readKafka, readTopics } from './kafka.ts';
import type { Values } from './schema.ts';
import { ConfigError, readValues, type Environment } from './values.ts';

/** The worker's configuration, checked. */
export interface WorkerConfig {
  readonly host: string;
  readonly healthPort: number;
  readonly metricsPort: number;
  readonly logLevel: Values['LOG_LEVEL'];
  /** Without it the demo switches can only be set by the environment. */
  readonly adminKey: string | undefined;
  readonly kafka: KafkaSettings;
  readonly deadLetterTopic: string;
  readonly retryTopic: string;
  readonly group: string;
  readonly concurrency: number;
  readonly handlerTimeoutMs: number;
  readonly dedupMax: number;
  readonly sessionTimeoutMs: number;
  /** What was begun has so long to finish when partitions are given up. */
  readonly drainMs: number;
  readonly demo: { readonly failEvery: number; readonly slowMs: number; readonly dieAfter: number };
  readonly shutdownTimeoutMs: number;
}

const METRICS_PORT = 9465;

/** When partitions are given up, what was begun has this part of the session to finish; the rest is for others to do again. */
const DRAIN_SHARE = 0.6;

/** Reads the environment (and the files it names). Throws a ConfigError with every fault at once; opens nothing. */
export function readWorkerConfig(env: Environment): WorkerConfig {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const kafka = readKafka(values, faults, 'by the worker: it reads a Kafka topic');
  const metricsPort = values.METRICS_PORT ?? METRICS_PORT;
  if (values.HEALTH_PORT === metricsPort && metricsPort !== 0)
    faults.push('METRICS_PORT: must not be the same as HEALTH_PORT');
  const topics = readTopics(values, faults);
  const drainMs = DRAIN_SHARE * values.WORKER_SESSION_TIMEOUT_MS;
  if (values.WORKER_HANDLER_TIMEOUT_MS > drainMs)
    faults.push(
      `WORKER_HANDLER_TIMEOUT_MS: must be at most ${DRAIN_SHARE} of WORKER_SESSION_TIMEOUT_MS: so long partitions that move are waited for`,
    );
  if (values.SHUTDOWN_TIMEOUT_MS < drainMs)
    faults.push(`SHUTDOWN_TIMEOUT_MS: must be at least ${DRAIN_SHARE} of WORKER_SESSION_TIMEOUT_MS`);
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    host: values.HOST,
    healthPort: values.HEALTH_PORT,
    metricsPort,
    logLevel: values.LOG_LEVEL,
    adminKey: values.ADMIN_API_KEY,
    kafka: { ...kafka, clientId: 'orders-worker' },
    ...topics,
    group: values.KAFKA_GROUP,
    concurrency: values.WORKER_CONCURRENCY,
    handlerTimeoutMs: values.WORKER_HANDLER_TIMEOUT_MS,
    dedupMax: values.WORKER_DEDUP_MAX,
    sessionTimeoutMs: values.WORKER_SESSION_TIMEOUT_MS,
    drainMs,
    demo: { failEvery: values.DEMO_FAIL_EVERY, slowMs: values.DEMO_SLOW_MS, dieAfter: values.DEMO_DIE_AFTER },
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  };
}
