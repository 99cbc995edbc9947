import type { Admin, PartitionMetadata } from 'kafkajs';
import type { Logger } from '../../telemetry/logger.ts';
import { createPartitioner } from '../../kafka/partitioner.ts';
import { createBrokerSockets } from '../../kafka/broker-sockets.ts';
import { createKafkaClient } from '../../kafka/kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from '../../kafka/kafka-settings.ts';

/** What the service needs to know of its topic. */
export interface TopicMetadata {
  /** The partition of a key, as every Java-compatible producer would choose it; undefined until a probe has succeeded. */
  partitionOf(key: string): number | undefined;
  /** Asks Kafka now; resolves with one line about the topic, rejects with the client's error. */
  probe(): Promise<string>;
  close(): Promise<void>;
}

/** How long Kafka may take to describe a topic, ms. */
const METADATA_TIMEOUT_MS = 3_000;

/**
 * Knows the topic's partitions through an admin connection of its own, so that asking never waits behind messages.
 */
export function createTopicMetadata({ settings, log }: { settings: KafkaSettings; log: Logger }): TopicMetadata {
  const { topic } = settings;
  let partitioner: { count: number; partitionOf: (key: string) => number } | undefined;
  let admin: Promise<Admin> | undefined;
  let asking: Promise<string> | undefined;

  async function connect(): Promise<Admin> {
    const { socketFactory } = createBrokerSockets({ tls: tlsOptionsOf(settings) });
    const next = createKafkaClient({ settings, log, requestTimeoutMs: METADATA_TIMEOUT_MS, socketFactory }).admin();
    try {
      await next.connect();
      return next;
    } catch (error) {
      next.disconnect().catch(() => undefined); // it never connected; the error that matters is on its way up
      throw error;
    }
  }

  async function ask(): Promise<string> {
    admin ??= connect();
    const asked = admin;
    try {
      const { topics } = await (await asked).fetchTopicMetadata({ topics: [topic] });
      return learn(topics.find(({ name }) => name === topic)?.partitions ?? []);
    } catch (error) {
      // A new connection next time: kafkajs may hold on to a broker that is gone.
      admin = undefined;
      void asked.then((old) => old.disconnect()).catch(() => undefined); // already broken
      throw error;
    }
  }

  function learn(found: PartitionMetadata[]): string {
    if (found.length === 0) throw new Error(`UNKNOWN_TOPIC: ${topic} has no partitions`);
    const before = partitioner?.count;
    if (before !== found.length) {
      partitioner = { count: found.length, partitionOf: createPartitioner(found.length) };
      if (before !== undefined) {
        log.warn('the number of partitions changed: keys go to other partitions from now on', {
          topic,
          before,
          now: found.length,
        });
      }
    }
    const leaderless = found.filter(({ leader }) => leader < 0).map(({ partitionId }) => partitionId);
    if (leaderless.length > 0) {
      throw new Error(`LEADER_NOT_AVAILABLE: ${topic} has no leader for partition ${leaderless.join(', ')}`);
    }
    return `Kafka has topic ${topic} with ${found.length} partitions`;
  }

  function probe(): Promise<string> {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function close(): Promise<void> {
    await admin?.then((last) => last.disconnect()).catch(() => undefined); // nothing is left to lose
  }

  return { partitionOf: (key) => partitioner?.partitionOf(key), probe, close };
}
