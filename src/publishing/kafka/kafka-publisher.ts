import type { RecordMetadata } from 'kafkajs';
import pTimeout from 'p-timeout';
import type { TopicEvent } from '../../domain/events.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { createCoalescingQueue, type CoalescingQueue } from '../coalescing-queue.ts';
import { PublishError } from '../publish-error.ts';
import type { EventPublisher, Receipt } from '../publisher.ts';
import { toRecord, type KafkaRecord } from './cloud-event-record.ts';
import { diagnose } from '../../kafka/diagnose.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { certainlyNotWritten } from './produce-outcome.ts';
import type { ProduceAnswer } from './produce-witness.ts';
import { createProducerPool, type PooledProducer } from './producer-pool.ts';
import { createTopicMetadata } from './topic-metadata.ts';

/** An attempt may take this part of the time of a publish, so that a lost answer can be asked for again within it. */
const ATTEMPTS_IN_TIME = 2;

/** All in-sync replicas have it before the acknowledgement (Kafka protocol guide, Produce request). */
const ACKS_ALL = -1;

/** A broker takes batches up to 1,048,588 bytes unless told otherwise (message.max.bytes); half of it leaves room. */
const MAX_BATCH_BYTES = 512 * 1024;
const MAX_BATCH_RECORDS = 500;

/** Bytes of a record beside key and value: headers and framing, rounded up. */
const RECORD_OVERHEAD_BYTES = 512;

/**
 * Publishes to Kafka with kafkajs, within the rules under which it neither loses nor doubles (docs/adr/0001-kafkajs.md):
 * one partition per send, one send under way per partition, idempotent, the result checked to cover the partition, and a
 * producer whose send failed after something left for the broker is never used again for that partition.
 */
export function createKafkaPublisher(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  /** How long a publish may take, ms (PUBLISH_TIMEOUT_MS). */
  readonly timeoutMs: number;
}): EventPublisher {
  const { settings, log, timeoutMs } = options;
  const { topic } = settings;
  const metadata = createTopicMetadata({ settings, log });
  const pool = createProducerPool({ settings, log, requestTimeoutMs: timeoutMs / ATTEMPTS_IN_TIME });
  const asking = new Set<Promise<unknown>>();
  const queues = new Map<number, CoalescingQueue<KafkaRecord, Receipt>>();
  let closed = false;

  async function publish(event: TopicEvent): Promise<Receipt> {
    if (closed) throw closing();
    const deadline = performance.now() + timeoutMs;
    const partition = partitionOf(event) ?? (await whileOpen(firstPartitionOf(event.subject)));
    return queueOf(partition).add(toRecord(event), deadline);
  }

  function partitionOf(event: TopicEvent): number | undefined {
    return event.type === 'orders.log.barrier.v1' ? event.data.barrier.partition : metadata.partitionOf(event.subject);
  }

  /** Before the topic is known it has to be asked for, within the time of the publish. */
  async function firstPartitionOf(key: string): Promise<number> {
    try {
      await pTimeout(metadata.probe(), { milliseconds: timeoutMs, message: 'asking for the topic timed out' });
      const partition = metadata.partitionOf(key);
      if (partition === undefined) throw new Error(`UNKNOWN_TOPIC: the partitions of ${topic} are not known`);
      return partition;
    } catch (error) {
      throw failure(error, 'rejected');
    }
  }

  function queueOf(partition: number): CoalescingQueue<KafkaRecord, Receipt> {
    const known = queues.get(partition);
    if (known !== undefined) return known;
    const queue = createCoalescingQueue<KafkaRecord, Receipt>({
      send: (take) => send(partition, take),
      sizeOf: ({ key, value }) => key.length + value.length + RECORD_OVERHEAD_BYTES,
      maxBatchBytes: MAX_BATCH_BYTES,
      maxBatchItems: MAX_BATCH_RECORDS,
      timeoutMs,
      stillUnderWay: (underWay) => stillUnderWay(timeoutMs, underWay),
    });
    queues.set(partition, queue);
    return queue;
  }

  async function send(partition: number, take: () => readonly KafkaRecord[]): Promise<readonly Receipt[]> {
    try {
      return await pool.lend(partition, (lent) => produce(lent, partition, take()));
    } catch (error) {
      // Without a connection nothing was taken and nothing sent.
      throw error instanceof PublishError ? error : failure(error, 'rejected');
    }
  }

  async function produce(
    lent: PooledProducer,
    partition: number,
    batch: readonly KafkaRecord[],
  ): Promise<readonly Receipt[]> {
    if (batch.length === 0) return []; // all of it has met its deadline
    const attempts = lent.witness.watch(partition);
    try {
      const results = await lent.producer.send({
        topic,
        acks: ACKS_ALL,
        timeout: timeoutMs / ATTEMPTS_IN_TIME,
        messages: batch.map((record) => ({ ...record, partition })),
      });
      const baseOffset = baseOffsetOf(results, partition);
      return batch.map((_, i) => ({ backend: 'kafka', topic, partition, offset: String(baseOffset + BigInt(i)) }));
    } catch (error) {
      throw sendFailure(error, partition, lent, attempts);
    }
  }

  function sendFailure(
    error: unknown,
    partition: number,
    lent: PooledProducer,
    attempts: readonly ProduceAnswer[],
  ): PublishError {
    // Once something has left, kafkajs may reuse its sequence number for the next record, which the broker would then
    // take for a repeat of this one and acknowledge without writing it.
    if (attempts.length > 0 || error instanceof NotCoveredError) pool.retire(partition, lent);
    return failure(error, certainlyNotWritten(attempts) ? 'rejected' : 'unknown');
  }

  /** Remembers what waits outside the queues, for `close`. */
  async function whileOpen<Result>(asked: Promise<Result>): Promise<Result> {
    asking.add(asked);
    try {
      return await asked;
    } finally {
      asking.delete(asked);
    }
  }

  async function ready(): Promise<string> {
    try {
      return await metadata.probe();
    } catch (error) {
      throw failure(error, 'rejected');
    }
  }

  async function close(): Promise<void> {
    closed = true;
    await Promise.allSettled(asking);
    const idle = Promise.all([...queues.values()].map((queue) => queue.idle()));
    // By then every caller has its answer; what still goes on behind an "unknown" changes none.
    await pTimeout(idle, { milliseconds: timeoutMs, fallback: () => undefined });
    await Promise.all([pool.close(), metadata.close()]);
  }

  return { publish, ready, close };
}

/** The producer does not know the partition (yet), or its leader moved: another producer will. */
class NotCoveredError extends Error {
  override readonly name = 'NotCoveredError';

  constructor(partition: number) {
    super(`the acknowledgement does not cover partition ${partition}`);
  }
}

/**
 * The offset of a send's first record. kafkajs resolves without an entry for a partition whose leader moved while it
 * retried: an acknowledgement that does not name the partition is none.
 */
function baseOffsetOf(results: readonly RecordMetadata[], partition: number): bigint {
  const covering = results.find((result) => result.partition === partition && result.errorCode === 0);
  const baseOffset = covering?.baseOffset ?? '-1';
  if (BigInt(baseOffset) < 0n) throw new NotCoveredError(partition);
  return BigInt(baseOffset);
}

function failure(error: unknown, outcome: PublishError['outcome']): PublishError {
  return new PublishError({ outcome, ...diagnose(error), cause: error });
}

function stillUnderWay(timeoutMs: number, underWay: Promise<Receipt>): PublishError {
  return new PublishError({
    outcome: 'unknown',
    reason: 'timeout',
    retriable: true,
    message: `The backend did not acknowledge the message within ${timeoutMs} ms (PUBLISH_TIMEOUT_MS).`,
    underWay,
  });
}

function closing(): PublishError {
  return new PublishError({
    outcome: 'rejected',
    reason: 'closed',
    retriable: true,
    message: 'The service is stopping and takes no more messages.',
  });
}
