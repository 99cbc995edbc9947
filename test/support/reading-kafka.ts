import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import type { EventPublisher } from '../../src/publishing/publisher.ts';
import { createKafkaTopicReader } from '../../src/reading/kafkajs/kafka-topic-reader.ts';
import type { TailFrom, TopicReader } from '../../src/reading/topic-reader.ts';
import { createCollectingLog, type LogLine } from './collecting-log.ts';
import { createCollectingSink, type CollectingSink } from './collecting-sink.ts';
import { silentLog } from './silent-log.ts';

/** For topics of suites: their records are stamped years ago, and the broker's retention looks at that. */
export const KEEP = { 'retention.ms': '-1' };

/** A reader at work, and what it has handed over, skipped and logged. */
export interface ReadingFixture {
  readonly reader: TopicReader;
  readonly sink: CollectingSink;
  readonly skipped: readonly string[];
  readonly lines: readonly LogLine[];
}

/** Follows the topic. */
export function followKafka(bootstrap: string, topic: string, from: TailFrom = 'earliest'): ReadingFixture {
  const skipped: string[] = [];
  const { log, lines } = createCollectingLog();
  const settings = { brokers: bootstrap.split(','), topic };
  const reader = createKafkaTopicReader({ settings, log, onSkipped: (reason) => skipped.push(reason) });
  const sink = createCollectingSink();
  reader.follow(sink, from);
  return { reader, sink, skipped, lines };
}

/** The service's publisher. */
export function openPublisher(bootstrap: string, topic: string): EventPublisher {
  return createKafkaPublisher({ settings: { brokers: bootstrap.split(','), topic }, log: silentLog, timeoutMs: 5_000 });
}

/** Lends another application's producer. */
export async function withProducer(
  bootstrap: string,
  use: (producer: Producer) => Promise<void>,
  options: { transactionalId?: string } = {},
): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    ...options,
    idempotent: options.transactionalId !== undefined,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    await use(producer);
  } finally {
    await producer.disconnect();
  }
}

/** Lends an admin client. */
export async function withKafkaAdmin<Result>(
  bootstrap: string,
  use: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Removes the records of partition 0 before the offset, as retention would. */
export async function removeRecords(bootstrap: string, topic: string, offset: bigint): Promise<void> {
  await withKafkaAdmin(bootstrap, async (admin) => {
    await admin.fetchTopicOffsets(topic); // kafkajs does not look for the leader itself
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  });
}
