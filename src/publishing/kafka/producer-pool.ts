import type { Producer } from 'kafkajs';
import type { Logger } from '../../telemetry/logger.ts';
import { createKafkaClient } from './kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from './kafka-settings.ts';
import { createProduceWitness, type ProduceWitness } from './produce-witness.ts';

/** A connected idempotent producer (one producer id) and the witness of its sockets. */
export interface PooledProducer {
  readonly producer: Producer;
  readonly witness: ProduceWitness;
}

/** Lends the one producer in use, and replaces it when it must not be used again. */
export interface ProducerPool {
  /** Runs `use` with a connected producer. Rejects with the connection's error, before `use`, when there is none. */
  lend<Result>(use: (lent: PooledProducer) => Promise<Result>): Promise<Result>;
  /** The producer takes no new work from now on and is disconnected once its last user is done. */
  retire(lent: PooledProducer): void;
  /** Disconnects; call it when nothing is lent any more. */
  close(): Promise<void>;
}

/** After a failed connection the next try waits this long, ms, so that a load of requests does not hammer a dead broker. */
const RECONNECT_DELAY_MS = 250;

/** 3 attempts in all, as the requirements have it; the same request with the same producer id and sequence number. */
const PRODUCE_RETRY = { retries: 2, initialRetryTime: 200, factor: 0.2, multiplier: 2, maxRetryTime: 2_000 };

/**
 * A pool of one producer. All partitions share it: kafkajs numbers each partition's sequence for itself, so one partition's
 * failure only asks for a new producer, while sends of the other partitions end on the old one.
 */
export function createProducerPool(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly requestTimeoutMs: number;
}): ProducerPool {
  const { settings, log, requestTimeoutMs } = options;
  const users = new Map<PooledProducer, number>();
  let current: Promise<PooledProducer> | undefined;
  let currentProducer: PooledProducer | undefined;

  async function connect(): Promise<PooledProducer> {
    const witness = createProduceWitness(tlsOptionsOf(settings));
    const client = createKafkaClient({ settings, log, requestTimeoutMs, socketFactory: witness.socketFactory });
    const producer = client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: PRODUCE_RETRY,
    });
    try {
      await producer.connect();
    } catch (error) {
      disconnect(producer);
      throw error;
    }
    currentProducer = { producer, witness };
    return currentProducer;
  }

  function acquire(): Promise<PooledProducer> {
    if (current === undefined) {
      const attempt = connect();
      current = attempt;
      attempt.catch(() => {
        setTimeout(() => {
          if (current === attempt) current = undefined;
        }, RECONNECT_DELAY_MS).unref();
      });
    }
    return current;
  }

  async function lend<Result>(use: (lent: PooledProducer) => Promise<Result>): Promise<Result> {
    let lent = await acquire();
    // It may have been retired while we waited.
    while (lent !== currentProducer) lent = await acquire();
    users.set(lent, (users.get(lent) ?? 0) + 1);
    try {
      return await use(lent);
    } finally {
      giveBack(lent);
    }
  }

  function giveBack(lent: PooledProducer): void {
    const left = (users.get(lent) ?? 1) - 1;
    if (left > 0) {
      users.set(lent, left);
      return;
    }
    users.delete(lent);
    if (lent !== currentProducer) disconnect(lent.producer);
  }

  function retire(lent: PooledProducer): void {
    if (lent !== currentProducer) return;
    currentProducer = undefined;
    current = undefined;
    log.warn('Kafka producer replaced: the outcome of a send is not certain, so its sequence numbers are spent');
  }

  /** Nobody waits for it: a broker that does not answer may hold a disconnect for as long as a request may take. */
  function disconnect(producer: Producer): void {
    producer.disconnect().catch((error: unknown) => {
      log.debug('Kafka producer did not disconnect cleanly', { error: String(error) });
    });
  }

  async function close(): Promise<void> {
    const last = currentProducer;
    currentProducer = undefined;
    current = undefined;
    await last?.producer.disconnect();
  }

  return { lend, retire, close };
}
