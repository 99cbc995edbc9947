import filterAbortedMessages from 'kafkajs/src/consumer/filterAbortedMessages.js';
import type { InternalFetchedPartition, InternalMessage } from 'kafkajs/src/cluster/index.js';
import type { Logger } from '../telemetry/logger.ts';
import { createClusterLink, READ_COMMITTED, READ_UNCOMMITTED } from './cluster-link.ts';
import { registerCodecs } from './codecs.ts';
import type { KafkaSettings } from './kafka-settings.ts';

/** A header as it was sent, null without a value; several values where a name was given more than once. */
export type RawHeader = OneHeader | OneHeader[];
type OneHeader = Buffer | string | null | undefined;

/** A record as it stands on a partition, untouched. */
export interface RawRecord {
  readonly offset: bigint;
  /** ms since the epoch */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, RawHeader>>;
  /** Takes an offset and is no message: a transaction's marker or, where only what is committed is read, a part of an aborted one. */
  readonly isVoid: boolean;
}

/** Where to read a partition on, and how much of it at once. */
export interface FetchFrom {
  readonly partition: number;
  readonly offset: bigint;
  readonly maxBytes: number;
}

/** What a fetch found on a partition. The first records may stand before the offset that was asked for. */
export interface Fetched {
  readonly partition: number;
  readonly highWatermark: bigint;
  readonly records: readonly RawRecord[];
}

/** Special timestamps of ListOffsets (Kafka protocol guide). */
export const END = -1;
export const BEGINNING = -2;

/** Plain reading of one topic: no consumer group. Rejects with the errors of kafkajs. */
export interface TopicLink {
  /** Asks for the topic's partitions; the id of each one's leader, -1 where it has none. */
  leaders(): Promise<ReadonlyMap<number, number>>;
  /** Waits at most `maxWaitMs` for the first byte. Rejects as a whole if one of the partitions cannot be read. */
  fetch(leader: number, from: readonly FetchFrom[], maxWaitMs: number): Promise<readonly Fetched[]>;
  /** The offset of the first record stamped at or after a time (ms since the epoch, or END, BEGINNING); -1 where there is none. */
  offsetAt(partition: number, timestamp: number): Promise<bigint>;
  /** The same of several partitions, with one request to each leader. What is given throws for a partition that there is not. */
  offsetsAt(partitions: readonly number[], timestamp: number): Promise<(partition: number) => bigint>;
  /** At once; what is under way rejects. */
  close(): void;
}

/** A fetch answers at most this much, bytes, for all partitions together. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * kafkajs' consumer is a member of a group: heartbeats, rebalances, rights for the group, and reading from the beginning after
 * each time it rejoins. Reading a log for oneself takes none of that, only fetch and ListOffsets, which kafkajs has inside
 * (docs/adr/0004-reading-without-a-group.md). With `committedOnly`, what is in a transaction that is open or was aborted is not seen.
 */
export function createTopicLink(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly committedOnly?: boolean;
}): TopicLink {
  const { settings, log, committedOnly = false } = options;
  const { topic } = settings;
  registerCodecs();
  const isolationLevel = committedOnly ? READ_COMMITTED : READ_UNCOMMITTED;
  const link = createClusterLink({ settings, log, isolationLevel });

  async function leaders(): Promise<ReadonlyMap<number, number>> {
    const cluster = await link.ready();
    await cluster.refreshMetadata();
    const found = cluster.findTopicPartitionMetadata(topic);
    if (found.length === 0) throw new Error(`UNKNOWN_TOPIC: ${topic} has no partitions`);
    return new Map(found.map(({ partitionId, leader }) => [partitionId, leader]));
  }

  async function fetch(leader: number, from: readonly FetchFrom[], maxWaitMs: number): Promise<readonly Fetched[]> {
    const cluster = await link.ready();
    const broker = await cluster.findBroker({ nodeId: leader });
    const partitions = from.map(({ partition, offset, maxBytes }) => ({
      partition,
      fetchOffset: String(offset),
      maxBytes,
    }));
    const { responses } = await broker.fetch({
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      isolationLevel,
      topics: [{ topic, partitions }],
    });
    return responses.flatMap((response) =>
      response.partitions.map((fetched) => ({
        partition: fetched.partition,
        highWatermark: BigInt(fetched.highWatermark),
        records: recordsOf(fetched, committedOnly),
      })),
    );
  }

  async function offsetsAt(wanted: readonly number[], timestamp: number): Promise<(partition: number) => bigint> {
    const cluster = await link.ready();
    const partitions = wanted.map((partition) => ({ partition }));
    const answers = await cluster.fetchTopicsOffset([{ topic, partitions, fromTimestamp: timestamp }]);
    const found = new Map(answers.flatMap((answer) => answer.partitions.map((of) => [of.partition, of.offset])));
    return (partition) => {
      const offset = found.get(partition);
      if (offset === undefined) throw new Error(`UNKNOWN_TOPIC: ${topic} has no partition ${partition}`);
      return BigInt(offset);
    };
  }

  async function offsetAt(partition: number, timestamp: number): Promise<bigint> {
    const offsetOf = await offsetsAt([partition], timestamp);
    return offsetOf(partition);
  }

  return {
    leaders,
    fetch,
    offsetAt,
    offsetsAt,
    close: () => {
      link.close();
    },
  };
}

function recordsOf({ messages, abortedTransactions }: InternalFetchedPartition, committedOnly: boolean): RawRecord[] {
  if (!committedOnly) return messages.map((message) => rawRecord(message));
  const kept = new Set(filterAbortedMessages({ messages, abortedTransactions }));
  return messages.map((message) => rawRecord(message, !kept.has(message)));
}

function rawRecord({ headers = {}, ...message }: InternalMessage, isAborted = false): RawRecord {
  return {
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers,
    isVoid: isAborted || message.isControlRecord === true,
  };
}
