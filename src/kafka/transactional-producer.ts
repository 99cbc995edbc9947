import type { Producer, RetryOptions } from 'kafkajs';
import type { Logger } from '../telemetry/logger.ts';
import { createBrokerSockets } from './broker-sockets.ts';
import { createKafkaClient } from './kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from './kafka-settings.ts';

/** A producer, not yet connected, and two ways to let go of it. */
export interface TransactionalProducer {
  readonly producer: Producer;
  /** Resolves when it is gone; a broker that does not answer may hold it for as long as a request may take. */
  readonly close: () => Promise<void>;
  /** At once; what is under way rejects. */
  readonly destroy: () => void;
}

/**
 * One that writes in transactions, with acks of all replicas in sync and one request in flight. kafkajs asks for its producer id,
 * and so fences whoever had the transactional id before, with its first transaction and not when it connects.
 */
export function createTransactionalProducer(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly transactionalId: string;
  /** The broker aborts a transaction that has said nothing for so long, ms. */
  readonly transactionTimeoutMs: number;
  /** How long a broker may take to answer, ms. */
  readonly requestTimeoutMs: number;
  readonly retry: RetryOptions;
}): TransactionalProducer {
  const { settings, log, transactionalId, transactionTimeoutMs, requestTimeoutMs, retry } = options;
  const { socketFactory, destroyAll } = createBrokerSockets({ tls: tlsOptionsOf(settings) });
  const producer = createKafkaClient({ settings, log, requestTimeoutMs, socketFactory }).producer({
    transactionalId,
    transactionTimeout: transactionTimeoutMs,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    retry,
  });
  // Its sockets are ended here in any case.
  const disconnect = (): Promise<void> => producer.disconnect().catch(() => undefined);
  return {
    producer,
    async close() {
      await disconnect();
      destroyAll();
    },
    destroy() {
      void disconnect();
      destroyAll();
    },
  };
}
