/**
 * Property: when a broker dies under load, what was accepted is on the topic once, where the client was told, and what was
 * said to be certainly not published is not there.
 *
 * One broker is not enough to show it: kafkajs lost acknowledged records only when a partition's leader moved while it
 * retried. FAULT_ROUNDS says how many brokers die, one after the other (`npm run test:faults` takes 10).
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { startCluster, type KafkaCluster } from '../../tools/kafka/cluster.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { cleanLedger, ledgerOf } from '../support/ledger.ts';
import { startOrderLoad } from '../support/order-load.ts';
import { startService } from '../support/running-service.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 2);
const ROUND_TIMEOUT_MS = 90_000;

describeWithOwnKafka('with three brokers, of which one is killed under load', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startCluster({ brokers: 3, sessionTimeoutMs: 3_000 });
  }, ROUND_TIMEOUT_MS);
  afterAll(async () => {
    await cluster.stop();
  });

  test.each(Array.from({ length: ROUNDS }, (_, i) => i + 1))(
    'round %d: nothing is lost, doubled or misplaced',
    async () => {
      const { bootstrap } = cluster;
      const topic = await createTestTopic(bootstrap, { replicas: 3, configs: { 'min.insync.replicas': '2' } });
      const service = await startService({ bootstrap, topic: topic.name });
      const load = startOrderLoad({ ...service, clients: 48, pauseMs: 20 });
      await load.waitForAccepted(500);

      const leader = await leaderOf(bootstrap, topic.name);
      await cluster.kill(leader);
      await load.waitForAccepted(1_000);
      await cluster.start(leader);
      await load.waitForAccepted(500);

      const result = await load.stop();
      await service.close();
      const records = await readTopic(bootstrap, topic.name);
      await topic.remove();

      console.info(
        `killed broker ${leader}: ${result.accepted.length} accepted, ${result.notPublished.length} told not published, ` +
          `${result.unknown.length} told unknown, slowest answer ${Math.round(result.slowestMs)} ms`,
      );
      expect(ledgerOf(result, records)).toEqual(cleanLedger(result.accepted.length));
      expect(result.unanswered).toEqual([]);
      expect(result.unexpected).toEqual([]);
    },
    ROUND_TIMEOUT_MS,
  );
});

/** The broker that leads the topic's first partition. */
async function leaderOf(bootstrap: string, topic: string): Promise<number> {
  const admin = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  await admin.disconnect();
  const leader = topics[0]?.partitions[0]?.leader;
  if (leader === undefined) throw new Error(`${topic} has no leader`);
  return leader;
}
