import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { Logger } from '../../telemetry/logger.ts';
import { connectionOptionsOf, type KafkaSettings } from './kafka-settings.ts';

/** How long a broker may take to accept a connection, ms; the default of kafkajs, named here because deadlines build on it. */
const CONNECTION_TIMEOUT_MS = 1_000;

/** How long a broker may take to answer a SASL handshake, ms; below PUBLISH_TIMEOUT_MS so that its error is still heard. */
const AUTHENTICATION_TIMEOUT_MS = 3_000;

/** What a client is for. */
export interface KafkaClientOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** How long the broker may take to answer a request, ms. */
  readonly requestTimeoutMs: number;
  readonly socketFactory?: NonNullable<KafkaConfig['socketFactory']>;
}

/** A kafkajs client with this service's timeouts. Its own retries are short: callers have deadlines and retry themselves. */
export function createKafkaClient({ settings, log, requestTimeoutMs, socketFactory }: KafkaClientOptions): Kafka {
  return new Kafka({
    clientId: 'orders-api',
    ...connectionOptionsOf(settings),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { retries: 1, initialRetryTime: 100, factor: 0.2, multiplier: 2, maxRetryTime: 1_000 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      forward(log, entry);
    },
    ...(socketFactory === undefined ? {} : { socketFactory }),
  });
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
