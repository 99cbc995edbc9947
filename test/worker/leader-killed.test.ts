/**
 * Property: when a broker dies or freezes while workers read from it, commit to it and set aside on it, every event is handled,
 * what cannot be handled is set aside exactly once, and the order of each order's events is kept.
 *
 * Three brokers: leaders and coordinators move. FAULT_ROUNDS says how many brokers die, one after the other.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type KafkaCluster } from '../../tools/kafka/cluster.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { startEventLoad } from '../support/event-load.ts';
import { withKafkaAdmin } from '../support/reading-kafka.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { cleanWorkerLedger, workerLedgerOf } from '../support/worker-ledger.ts';
import { sessionOf } from '../support/worker-process.ts';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const ROUND_TIMEOUT_MS = 180_000;

/** After this time a broker that says nothing has lost what it led, ms. */
const BROKER_SESSION_MS = 3_000;
/** Others have been elected; and nothing has moved. */
const GONE_MS = BROKER_SESSION_MS + 1_500;
const MOMENT_MS = BROKER_SESSION_MS / 2;

describeWithOwnKafka('two workers and three brokers', () => {
  let cluster: KafkaCluster;
  let fixture: WorkerFixture;
  beforeAll(async () => {
    cluster = await startCluster({ brokers: 3, sessionTimeoutMs: BROKER_SESSION_MS });
  }, ROUND_TIMEOUT_MS);
  afterEach(async () => {
    await fixture.close();
  });
  afterAll(async () => {
    await cluster.stop();
  });

  test.each(
    Array.from({ length: ROUNDS }, (_, i) => i + 1).flatMap((round) => [
      [round, 'leader', 'killed', GONE_MS] as const,
      [round, 'coordinator', 'killed', GONE_MS] as const,
      [round, 'leader', 'frozen', GONE_MS] as const,
      [round, 'coordinator', 'frozen', MOMENT_MS] as const,
    ]),
  )(
    'round %d: of which the %s is %s for %d ms',
    async (_, role, fate, ms) => {
      const { bootstrap } = cluster;
      fixture = await openWorkerFixture(bootstrap, {
        replicas: 3,
        env: { ...sessionOf(6_000), NOTES_SLOW_MS: '5' },
      });
      const { team, topics } = fixture;
      const workers = [team.start(), team.start()];
      await Promise.all(workers.map((worker) => worker.ready()));
      const load = startEventLoad(fixture, { perSecond: 400, poisonEvery: 50, failingEvery: 100 });
      await load.waitFor(1_000);
      const gone = role === 'leader' ? await leaderOf(topics.orders) : await coordinatorOf(topics.group);
      await (fate === 'killed' ? cluster.kill(gone) : cluster.pause(gone));
      await sleep(ms);
      if (ms === GONE_MS) await load.waitFor(800);
      await (fate === 'killed' ? cluster.start(gone) : cluster.resume(gone));
      await load.waitFor(800);
      const { acknowledged, poison } = await load.stop();
      await fixture.settled();

      const ledger = await workerLedgerOf(bootstrap, topics, await fixture.notes());
      console.info(
        `${role} ${gone} ${fate}: ${acknowledged} acknowledged, ${poison} poison; ${ledger.events} handled, ` +
          `${ledger.bad} set aside, ${ledger.repeated.length} handled again`,
      );
      expect(ledger).toEqual(cleanWorkerLedger(ledger));
    },
    ROUND_TIMEOUT_MS,
  );

  test(
    'of which each gives its partitions to another while it lives',
    async () => {
      const { bootstrap } = cluster;
      // Slow enough that more is in hand than is committed: what is read anew begins there.
      fixture = await openWorkerFixture(bootstrap, {
        replicas: 3,
        env: { ...sessionOf(6_000), NOTES_SLOW_MS: '60', WORKER_CONCURRENCY: '8' },
      });
      const { team, topics } = fixture;
      const workers = [team.start(), team.start()];
      await Promise.all(workers.map((worker) => worker.ready()));
      const load = startEventLoad(fixture, { perSecond: 500, poisonEvery: 50 });
      await load.waitFor(1_000);
      for (const replicas of [
        [2, 3],
        [3, 1],
        [1, 2],
      ]) {
        await moveTo(replicas);
        await load.waitFor(1_000);
      }
      await load.stop();
      await fixture.settled();
      const ledger = await workerLedgerOf(bootstrap, topics, await fixture.notes());
      const joined = workers.flatMap(({ lines }) => lines.filter(({ message }) => message === 'partitions assigned'));
      console.info(
        `leaders moved: ${ledger.events} handled, ${ledger.bad} set aside, ${ledger.repeated.length} handled again, joined ${joined.length} times`,
      );
      expect(ledger).toEqual(cleanWorkerLedger(ledger));
    },
    ROUND_TIMEOUT_MS,
  );

  /** Takes the replicas of all partitions of the orders to these brokers; leaders that are not among them move. */
  function moveTo(replicas: readonly number[]): Promise<void> {
    const topic = fixture.topics.orders;
    return withKafkaAdmin(cluster.bootstrap, async (admin) => {
      const partitionAssignment = [0, 1, 2, 3, 4, 5].map((partition) => ({ partition, replicas: [...replicas] }));
      await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    });
  }

  function leaderOf(topic: string): Promise<number> {
    return withKafkaAdmin(cluster.bootstrap, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const leader = topics[0]?.partitions[0]?.leader;
      if (leader === undefined) throw new Error(`${topic} has no leader`);
      return leader;
    });
  }

  /** The broker that leads the group's partition of the offsets topic: it is where a describe of the group goes. */
  function coordinatorOf(group: string): Promise<number> {
    return withKafkaAdmin(cluster.bootstrap, async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
      const partitions = topics[0]?.partitions ?? [];
      const mine = Math.abs(javaHash(group)) % partitions.length;
      const leader = partitions.find(({ partitionId }) => partitionId === mine)?.leader;
      if (leader === undefined) throw new Error('the offsets topic has no leader');
      return leader;
    });
  }
});

/** String.hashCode of Java, by which Kafka gives groups to partitions of the offsets topic. */
function javaHash(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(31, hash) + character.charCodeAt(0)) | 0;
  return hash;
}
