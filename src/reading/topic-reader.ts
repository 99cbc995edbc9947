import type { OrderEvent } from '../domain/events.ts';

/** An event of ours as it stands on the topic. */
export interface TopicEntry {
  readonly event: OrderEvent;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * Takes what is read, partition by partition. Calls for one partition come in the order of the log and never overlap; none
 * may throw.
 */
export interface TopicSink {
  /**
   * Reading of the partition begins at `offset`. A second call for a partition means that its log was replaced (the topic was
   * deleted and created again): nothing that was read of it before holds any more.
   */
  began(partition: number, offset: bigint): void;
  /**
   * The next stretch of the log: its order events, without barriers and without messages that are not ours, which the reader
   * skips. Everything before `next` has been read. Called with no entries, too, when only the position moved.
   */
  read(partition: number, entries: readonly TopicEntry[], next: bigint): void;
  /** Something of the partition was stepped over that cannot be decoded, and so may have been an event of ours. */
  readonly missed: (partition: number) => void;
}

/** Where a partition begins and ends now: the offset of its oldest record, and the offset the next record will get. */
export interface PartitionBounds {
  readonly partition: number;
  readonly earliest: bigint;
  readonly end: bigint;
}

/** What the topic promises of its records; undefined where the backend has no such bound. Times in ms. */
export interface TopicRules {
  /** `CreateTime`: a record keeps the timestamp its producer gave it. */
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** A record stamped longer ago than this is refused (message.timestamp.before.max.ms). */
  readonly beforeMaxMs: number | undefined;
  /** A record stamped further ahead than this is refused (message.timestamp.after.max.ms). */
  readonly afterMaxMs: number | undefined;
  /** How long records are kept (retention.ms). */
  readonly retentionMs: number | undefined;
  /** How the broker compresses records (compression.type), if that is a way in which they cannot be read here. */
  readonly unreadableCompression: string | undefined;
}

/** How much of the topic to follow: all of it, or the latest records of each partition. */
export type TailFrom = 'earliest' | { readonly last: number };

/**
 * Reads the topic that the publisher of the same backend writes. It never joins a consumer group and commits nothing.
 * Rejections are Errors whose message is one line fit for anybody: what happened and which setting to look at.
 */
export interface TopicReader {
  /** The partition of a key, as the publisher chooses it. Rejects while the topic cannot be asked. */
  partitionOf(key: string): Promise<number>;
  /** How many partitions there are. Rejects while the topic cannot be asked. */
  partitions(): Promise<number>;
  /**
   * Asks the leaders of the partitions now, all in one question: each partition once, in the same order. Rejects where one of
   * them cannot be asked.
   */
  bounds(partitions: readonly number[]): Promise<readonly PartitionBounds[]>;
  /** Asks for the topic's settings now. */
  rules(): Promise<TopicRules>;
  /**
   * Follows every partition until `close`, partitions added later included, whatever happens to brokers, connections and the
   * topic itself. Failures are logged and tried again. Call it once.
   */
  follow(sink: TopicSink, from: TailFrom): void;
  /**
   * Reads one stretch of a partition once: from the first record stamped at or after `since` (ms since the epoch) up to, not
   * including, the offset `end`. Resolves when all of it has been handed to `each`.
   */
  scan(
    partition: number,
    range: { readonly since: number; readonly end: bigint },
    each: (entry: TopicEntry) => void,
  ): Promise<void>;
  close(): Promise<void>;
}
