import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createPartitioner } from '../../kafka/partitioner.ts';
import { BEGINNING, END, type RawRecord } from '../../kafka/topic-link.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { decodeEvent, type SkipReason } from '../decode-event.ts';
import type { TailFrom, TopicEntry, TopicReader, TopicSink } from '../topic-reader.ts';
import { createTopicQuestions } from './ask-topic.ts';
import { followTopic } from './follow-topic.ts';
import { scanPartition } from './scan-partition.ts';
import { readTopicRules } from './topic-rules.ts';

/** How long a stretch of a partition may take to be read, ms. */
const SCAN_WITHIN_MS = 10_000;

/** As often as the publisher's own look at the topic, ms. */
const COUNT_AGAIN_MS = 2_000;

/** Reads the topic of `settings`. `onSkipped` hears of each message that is not ours. */
export function createKafkaTopicReader(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly onSkipped: (reason: SkipReason) => void;
}): TopicReader {
  const { settings, log, onSkipped } = options;
  const questions = createTopicQuestions({ settings, log });
  const said = new Set<SkipReason>();
  let countedAt = -Infinity;
  let follower: { close(): void } | undefined;
  let partitioner: { readonly count: number; readonly partitionOf: (key: string) => number } | undefined;

  function entriesOf(partition: number, records: readonly RawRecord[]): TopicEntry[] {
    return records.flatMap((record) => {
      if (record.isVoid) return [];
      const decoded = decodeEvent(record);
      if (decoded.kind === 'order') return [{ event: decoded.event, partition, offset: record.offset }];
      if (decoded.kind === 'skip') skipped(decoded.reason, partition, record.offset);
      return [];
    });
  }

  /** A whole topic may be somebody else's: one line for each reason, the rest is counted. */
  function skipped(reason: SkipReason, partition: number, offset: bigint): void {
    onSkipped(reason);
    if (said.has(reason)) return;
    said.add(reason);
    log.warn('a message on the topic is not an event of ours; others like it are only counted', {
      reason,
      partition,
      offset: String(offset),
    });
  }

  function sayUndecodable(partition: number, offset: bigint): void {
    if (said.has('undecodable')) return;
    said.add('undecodable');
    log.error(
      'a batch on the topic cannot be decoded and is stepped over: set compression.type of the topic to producer',
      {
        partition,
        offset: String(offset),
      },
    );
  }

  async function partitions(): Promise<number> {
    countedAt = performance.now();
    const { size } = await questions.ask(() => questions.leaders({ fresh: true }));
    if (partitioner?.count !== size) partitioner = { count: size, partitionOf: createPartitioner(size) };
    return size;
  }

  async function partitionOf(key: string): Promise<number> {
    if (partitioner === undefined) await partitions();
    // Partitions may be added; who asks now is not kept waiting for it.
    else if (performance.now() - countedAt > COUNT_AGAIN_MS) void partitions().catch(() => undefined);
    return partitioner?.partitionOf(key) ?? 0;
  }

  function follow(sink: TopicSink, from: TailFrom): void {
    follower = followTopic({
      settings,
      log,
      from,
      sink: {
        began: (partition, offset) => {
          sink.began(partition, offset);
        },
        read: (partition, records, next) => {
          sink.read(partition, entriesOf(partition, records), next);
        },
        undecodable: (partition, offset) => {
          onSkipped('undecodable');
          sayUndecodable(partition, offset);
          sink.missed(partition);
        },
      },
    });
  }

  async function scan(
    partition: number,
    { since, end }: { readonly since: number; readonly end: bigint },
    each: (entry: TopicEntry) => void,
  ): Promise<void> {
    const from = await questions.ask((link) => link.offsetAt(partition, since));
    if (from < 0n) return; // nothing is that new
    await scanPartition(questions, { partition, from, end, withinMs: SCAN_WITHIN_MS }, (records) => {
      for (const entry of entriesOf(partition, records)) each(entry);
    });
  }

  return {
    partitionOf,
    partitions,
    bounds: (wanted) =>
      questions.ask(async (link) => {
        const earliest = await link.offsetsAt(wanted, BEGINNING);
        const end = await link.offsetsAt(wanted, END);
        return wanted.map((partition) => ({ partition, earliest: earliest(partition), end: end(partition) }));
      }),
    rules: () => readTopicRules({ settings, log }),
    follow,
    scan,
    close() {
      follower?.close();
      questions.close();
      return Promise.resolve();
    },
  };
}
