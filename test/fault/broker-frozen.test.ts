/**
 * Property: a broker that is frozen (its connections open, nothing answered) takes nobody else's partitions with it, and
 * what was told of the orders holds when it wakes and answers what it had been asked.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCluster, type KafkaCluster } from '../../tools/kafka/cluster.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { cleanLedger, ledgerOf } from '../support/ledger.ts';
import { startOrderLoad } from '../support/order-load.ts';
import { startService } from '../support/running-service.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

const TIMEOUT_MS = 120_000;

describeWithOwnKafka('with three brokers, of which the first is frozen under load', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    // A session that outlasts the test: no leader moves, so the frozen broker's partitions stay away.
    cluster = await startCluster({ brokers: 3, sessionTimeoutMs: 60_000 });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await cluster.stop();
  });

  test(
    'the other partitions go on, a new start does too, and nothing is lost, doubled or said wrongly',
    async () => {
      const { bootstrap } = cluster;
      // One replica each: a partition is with one broker, and only with that one.
      const topic = await createTestTopic(bootstrap, { replicas: 1, partitions: 6 });
      const service = await startService({ bootstrap, topic: topic.name, timeoutMs: 2_000 });
      const load = startOrderLoad({ ...service, clients: 24, pauseMs: 10 });
      try {
        await load.waitForAccepted(300);
        await cluster.pause(1);
        await load.waitForUnknown(1);
        await load.waitForAccepted(200);
        await cluster.resume(1);
        await load.waitForAccepted(300);
      } finally {
        await cluster.resume(1);
      }
      const result = await load.stop();
      await service.close();
      const records = await readTopic(bootstrap, topic.name);
      expect(ledgerOf(result, records)).toEqual(cleanLedger(result.accepted.length));
      expect(result.unanswered).toEqual([]);
      expect(result.unexpected).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
