import Cluster from 'kafkajs/src/cluster/index.js';
import type { Logger } from '../telemetry/logger.ts';
import { createBrokerSockets } from './broker-sockets.ts';
import { registerCodecs } from './codecs.ts';
import { clientConfig } from './kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from './kafka-settings.ts';

/** A record as it stands on a partition. */
export interface RawRecord {
  readonly offset: bigint;
  /** ms since the epoch */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** A transaction's marker, which takes an offset and is no message. */
  readonly isControl: boolean;
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

/** How long a broker may take to answer, ms. */
const REQUEST_TIMEOUT_MS = 3_000;

/** Records of ours are in no transaction: the high watermark is their end, whatever other producers leave open. */
const READ_UNCOMMITTED = 0;

/**
 * kafkajs' consumer is a member of a group: heartbeats, rebalances, rights for the group, and reading from the beginning after
 * each time it rejoins. Reading a log for oneself takes none of that, only fetch and ListOffsets, which kafkajs has inside
 * (docs/adr/0004-reading-without-a-group.md).
 */
export function createTopicLink({ settings, log }: { settings: KafkaSettings; log: Logger }): TopicLink {
  const { topic } = settings;
  registerCodecs();
  const sockets = createBrokerSockets({ tls: tlsOptionsOf(settings) });
  const cluster = new Cluster({
    ...clientConfig({ settings, requestTimeoutMs: REQUEST_TIMEOUT_MS, socketFactory: openUntilClosed }),
    // Whoever asks tries again, with another link: inside, kafkajs would stay with a broker that is frozen.
    retry: { retries: 0 },
    logger: loggerFor(log),
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 100,
    isolationLevel: READ_UNCOMMITTED,
  });
  let connected: Promise<void> | undefined;
  let closed = false;

  /** kafkajs connects again by itself, also what was closed. */
  function openUntilClosed(where: Parameters<typeof sockets.socketFactory>[0]) {
    if (closed) throw new Error('closed connection: this link is not used any more');
    return sockets.socketFactory(where);
  }

  async function leaders(): Promise<ReadonlyMap<number, number>> {
    await ready();
    await cluster.refreshMetadata();
    const found = cluster.findTopicPartitionMetadata(topic);
    if (found.length === 0) throw new Error(`UNKNOWN_TOPIC: ${topic} has no partitions`);
    return new Map(found.map(({ partitionId, leader }) => [partitionId, leader]));
  }

  /** Brokers are found by the metadata of the link, so that comes first. */
  function ready(): Promise<void> {
    const asked = (connected ??= connect());
    asked.catch(() => {
      if (connected === asked) connected = undefined;
    });
    return asked;
  }

  async function connect(): Promise<void> {
    await cluster.connect();
    await cluster.addTargetTopic(topic);
  }

  async function fetch(leader: number, from: readonly FetchFrom[], maxWaitMs: number): Promise<readonly Fetched[]> {
    await ready();
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
      isolationLevel: READ_UNCOMMITTED,
      topics: [{ topic, partitions }],
    });
    return responses.flatMap((response) =>
      response.partitions.map(({ partition, highWatermark, messages }) => ({
        partition,
        highWatermark: BigInt(highWatermark),
        records: messages.map(rawRecord),
      })),
    );
  }

  async function offsetsAt(wanted: readonly number[], timestamp: number): Promise<(partition: number) => bigint> {
    await ready();
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
    close() {
      closed = true;
      cluster.disconnect().catch(() => undefined); // its sockets are ended here in any case
      sockets.destroyAll();
    },
  };
}

type Message = Awaited<
  ReturnType<Awaited<ReturnType<Cluster['findBroker']>>['fetch']>
>['responses'][number]['partitions'][number]['messages'][number];

function rawRecord({ offset, timestamp, key, value, headers = {}, isControlRecord = false }: Message): RawRecord {
  return {
    offset: BigInt(offset),
    timestamp: Number(timestamp),
    key: key === null ? null : key.toString(),
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, textOf(header)])),
    isControl: isControlRecord,
  };
}

/** The last of several headers with one name counts. */
function textOf(header: NonNullable<Message['headers']>[string]): string {
  const last = typeof header === 'string' || header instanceof Buffer ? header : header?.at(-1);
  return last?.toString() ?? '';
}

/** Attempts that fail are details here; what they come to is logged by whoever reads. */
function loggerFor(log: Logger) {
  const say = (message: string, extra?: object) => log.debug('kafkajs', { said: message, ...extra });
  const logger = { namespace: () => logger, debug: () => undefined, info: () => undefined, warn: say, error: say };
  return logger;
}
