/**
 * Property: when the leader of a partition dies or freezes while it is written to and read, the reader misses nothing, hands
 * nothing over twice, and the partitions of the other leaders go on.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type KafkaCluster } from '../../tools/kafka/cluster.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { createdEvent } from '../support/orders.ts';
import { followKafka, KEEP, openPublisher, withKafkaAdmin } from '../support/reading-kafka.ts';
import { createTestTopic } from '../support/test-topic.ts';

const TIMEOUT_MS = 240_000;

describeWithOwnKafka('with three brokers, of which one goes while the topic is read', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startCluster({ brokers: 3, sessionTimeoutMs: 3_000 });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await cluster.stop();
  });

  const leadersOf = (topic: string): Promise<Map<number, number>> =>
    withKafkaAdmin(cluster.bootstrap, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return new Map(topics[0]?.partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    });

  test.each(['killed', 'frozen'])(
    'its leader being %s',
    async (fate) => {
      const { bootstrap } = cluster;
      const topic = await createTestTopic(bootstrap, { replicas: 3, configs: { ...KEEP, 'min.insync.replicas': '2' } });
      const publisher = openPublisher(bootstrap, topic.name);
      const { reader, sink } = followKafka(bootstrap, topic.name);
      const acknowledged = new Map<string, string>();
      let writing = true;
      async function write(client: number): Promise<void> {
        for (let i = 0; writing; i += 1) {
          const event = createdEvent(`order-${client}-${i}`);
          const receipt = await publisher.publish(event).catch(() => undefined);
          if (receipt !== undefined) acknowledged.set(`${receipt.partition}/${receipt.offset}`, event.id);
          await sleep(10);
        }
      }
      const writers = Array.from({ length: 24 }, (_, client) => write(client));
      await sink.until(({ entries }) => entries.length > 500);

      const leaders = await leadersOf(topic.name);
      const gone = leaders.get(0) ?? 0;
      const others = [...leaders].filter(([, leader]) => leader !== gone).map(([partition]) => partition);
      const before = new Map(others.map((partition) => [partition, sink.position(partition) ?? 0n]));
      await (fate === 'killed' ? cluster.kill(gone) : cluster.pause(gone));
      // Nothing is committed before the cluster has noticed; then its partitions have another leader, and the others go on.
      await sleep(1_500);
      const wasMoved = sink.position(0) ?? 0n;
      await sink.until(({ position }) => (position(0) ?? 0n) > wasMoved + 50n);
      const moved = others.filter((partition) => (sink.position(partition) ?? 0n) > (before.get(partition) ?? 0n));
      await (fate === 'killed' ? cluster.start(gone) : cluster.resume(gone));
      await sleep(3_000);
      writing = false;
      await Promise.all(writers);
      await publisher.close();

      for (const { partition, end } of await reader.bounds([...leaders.keys()])) {
        await sink.until(({ position }) => position(partition) === end);
      }
      const read = new Map(sink.entries.map(({ partition, offset, event }) => [`${partition}/${offset}`, event.id]));
      const missed = [...acknowledged].filter(([place, id]) => read.get(place) !== id);
      console.info(`leader ${gone} ${fate}: ${acknowledged.size} acknowledged, ${sink.entries.length} read`);
      expect(missed).toEqual([]);
      expect(read.size).toBe(sink.entries.length);
      expect(sink.breaches).toEqual([]);
      expect(sink.begun).toHaveLength(6);
      expect(moved).toEqual(others);
      await reader.close();
      await topic.remove();
    },
    TIMEOUT_MS,
  );
});
