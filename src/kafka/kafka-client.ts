import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { Logger } from '../telemetry/logger.ts';
import { connectionOptionsOf, type KafkaSettings } from './kafka-settings.ts';

/** How long a broker may take to accept a connection, ms; the default of kafkajs, named here because deadlines build on it. */
const CONNECTION_TIMEOUT_MS = 1_000;

/** What a client is for. */
export interface KafkaClientOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** How long the broker may take to answer a request, ms. */
  readonly requestTimeoutMs: number;
  readonly socketFactory: NonNullable<KafkaConfig['socketFactory']>;
}

/** A kafkajs client with this service's timeouts. */
export function createKafkaClient(options: KafkaClientOptions): Kafka {
  return new Kafka({
    ...clientConfig(options),
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      forward(options.log, entry);
    },
  });
}

/** What all clients have in common. Their own retries are short: callers have deadlines and retry themselves. */
export function clientConfig({
  settings,
  requestTimeoutMs,
  socketFactory,
}: Omit<KafkaClientOptions, 'log'>): KafkaConfig {
  return {
    clientId: settings.clientId ?? 'orders-api',
    ...connectionOptionsOf(settings),
    brokers: shuffled(settings.brokers),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    // Each bootstrap broker is tried once.
    retry: {
      retries: Math.max(1, settings.brokers.length - 1),
      initialRetryTime: 100,
      factor: 0.2,
      multiplier: 2,
      maxRetryTime: 1_000,
    },
    socketFactory,
  };
}

/**
 * kafkajs begins with the first bootstrap broker and stays with one that takes connections but does not answer. Another
 * order each time keeps one frozen broker from keeping every new client away.
 */
function shuffled(brokers: readonly string[]): string[] {
  return brokers
    .map((broker) => ({ broker, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ broker }) => broker);
}

/**
 * kafkajs logs each failed attempt as an error. Here those are details of a publish that may still succeed; what it comes
 * to is logged once, by whoever asked for it.
 */
function forward(
  log: Logger,
  { namespace, log: { message, error, broker } }: LogEntry & { log: Record<string, unknown> },
) {
  log.debug('kafkajs', { namespace, said: message, error, broker });
}
