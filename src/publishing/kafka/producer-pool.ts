import type { Producer } from 'kafkajs';
import type { Logger } from '../../telemetry/logger.ts';
import { createBrokerSockets, type BrokerSockets } from '../../kafka/broker-sockets.ts';
import { createKafkaClient } from '../../kafka/kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createProduceWitness, type ProduceWitness } from './produce-witness.ts';

/** A connected idempotent producer (one producer id) and the witness of its sockets. */
export interface PooledProducer {
  readonly producer: Producer;
  readonly witness: ProduceWitness;
}

/** Lends each partition its producer, and another one once that must not be used for it again. */
export interface ProducerPool {
  /** Runs `use` with a connected producer. Rejects with the connection's error, before `use`, when there is none. */
  lend<Result>(partition: number, use: (lent: PooledProducer) => Promise<Result>): Promise<Result>;
  /** Nothing more goes to the partition through this producer. */
  retire(partition: number, lent: PooledProducer): void;
  /** Disconnects; call it when nothing is lent any more. */
  close(): Promise<void>;
}

/** A producer, the partitions it is used for, those it must not be used for any more, and how many sends are under way. */
interface Member extends PooledProducer {
  readonly partitions: Set<number>;
  readonly retiredFor: Set<number>;
  readonly sockets: BrokerSockets;
  lent: number;
}

/** After a failed connection the next try waits this long, ms, so that a load of requests does not hammer a dead broker. */
const RECONNECT_DELAY_MS = 250;

/** 3 attempts in all, as the requirements have it; the same request with the same producer id and sequence number. */
const PRODUCE_RETRY = { retries: 2, initialRetryTime: 200, factor: 0.2, multiplier: 2, maxRetryTime: 2_000 };

/**
 * Partitions share one producer until a send of one of them fails: kafkajs numbers each partition's sequence for itself,
 * so only that partition moves on to a new producer. The others stay where they are connected, because a new connection
 * may be hard to get just then: a broker is frozen, or a partition without a leader keeps kafkajs from any metadata.
 */
export function createProducerPool(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly requestTimeoutMs: number;
}): ProducerPool {
  const { settings, log, requestTimeoutMs } = options;
  const members = new Set<Member>();
  let newest: Member | undefined;
  let connecting: Promise<void> | undefined;
  let closed = false;

  async function connect(): Promise<void> {
    const witness = createProduceWitness();
    const sockets = createBrokerSockets({ tls: tlsOptionsOf(settings), observe: () => witness.observe() });
    const client = createKafkaClient({ settings, log, requestTimeoutMs, socketFactory: sockets.socketFactory });
    const producer = client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: PRODUCE_RETRY,
    });
    try {
      await producer.connect();
      if (closed) throw new Error('the pool was closed while it connected');
    } catch (error) {
      void disconnect({ producer, sockets });
      throw error;
    }
    const before = newest;
    newest = { producer, witness, sockets, partitions: new Set(), retiredFor: new Set(), lent: 0 };
    members.add(newest);
    if (before !== undefined) dropIfUnused(before);
  }

  async function memberFor(partition: number): Promise<Member> {
    for (;;) {
      const assigned = [...members].find(({ partitions }) => partitions.has(partition));
      if (assigned !== undefined) return assigned;
      if (newest !== undefined && !newest.retiredFor.has(partition)) {
        newest.partitions.add(partition);
        return newest;
      }
      connecting ??= connect().then(
        () => {
          connecting = undefined;
        },
        (error: unknown) => {
          setTimeout(() => (connecting = undefined), RECONNECT_DELAY_MS).unref();
          throw error;
        },
      );
      await connecting;
    }
  }

  async function lend<Result>(partition: number, use: (lent: PooledProducer) => Promise<Result>): Promise<Result> {
    const member = await memberFor(partition);
    member.lent += 1;
    try {
      return await use(member);
    } finally {
      member.lent -= 1;
      dropIfUnused(member);
    }
  }

  function retire(partition: number, lent: PooledProducer): void {
    const member = [...members].find(({ producer }) => producer === lent.producer);
    if (member === undefined) return;
    member.partitions.delete(partition);
    member.retiredFor.add(partition);
    log.warn('a Kafka producer is replaced for a partition: what it left there is not certain', { partition });
    dropIfUnused(member);
  }

  function dropIfUnused(member: Member): void {
    const useful = member === newest && member.retiredFor.size === 0;
    if (useful || member.lent > 0 || member.partitions.size > 0) return;
    members.delete(member);
    if (member === newest) newest = undefined;
    void disconnect(member);
  }

  /** Nobody need wait for it: a broker that does not answer may hold it for as long as a request may take. */
  async function disconnect({ producer, sockets }: Pick<Member, 'producer' | 'sockets'>): Promise<void> {
    await producer.disconnect().catch((error: unknown) => {
      log.debug('Kafka producer did not disconnect cleanly', { error: String(error) });
    });
    sockets.destroyAll();
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.all([...members].map(disconnect));
  }

  return { lend, retire, close };
}
