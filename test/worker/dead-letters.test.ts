/**
 * Property: whatever happens to a worker, or to its connections, at whichever step of the transaction of a dead letter, a
 * read-committed reader sees one letter for each record that cannot be handled, and nothing else is lost or held up.
 *
 * A proxy before one of two workers knows the step. FAULT_ROUNDS says how often all of them are gone through.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startEventLoad, type EventLoad } from '../support/event-load.ts';
import { faultText } from '../support/handler-faults.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { createdEvent } from '../support/orders.ts';
import { untilHolds } from '../support/until-holds.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { cleanWorkerLedger, workerLedgerOf, type WorkerLedger } from '../support/worker-ledger.ts';
import { sessionOf, type WorkerProcess } from '../support/worker-process.ts';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const TIMEOUT_MS = 30_000 + ROUNDS * 90_000;

/** Of a frozen worker, ms. */
const SESSION_MS = 2_000;
const PARTITIONS = 6;

const INIT_PRODUCER_ID = 22;
const END_TXN = 26;

/** Keys of the requests a transaction is made of, in their order (Kafka protocol guide). */
const STEPS = [
  ['InitProducerId', INIT_PRODUCER_ID],
  ['AddPartitionsToTxn', 24],
  ['Produce', 0],
  ['AddOffsetsToTxn', 25],
  ['TxnOffsetCommit', 28],
  ['EndTxn', END_TXN],
] as const;

/** When its request comes by, and when its answer does. */
interface Edge {
  readonly api: number;
  readonly freight: 'request' | 'answer';
}
const EDGES = STEPS.flatMap(([, api]): Edge[] => [
  { api, freight: 'request' },
  { api, freight: 'answer' },
]);
const ALL_EDGES = Array.from({ length: ROUNDS }, () => EDGES).flat();
/** A session's time each: with one round every other one, requests and answers in turn. */
const SLOW_EDGES = ROUNDS === 1 ? EDGES.filter((_, i) => i % 4 === 0 || i % 4 === 3) : ALL_EDGES;

describeWithKafka('at every step of the transaction of a dead letter', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  let proxy: KafkaProxy;
  let load: EventLoad;

  beforeEach(async () => {
    proxy = await startKafkaProxy(bootstrap);
    fixture = await openWorkerFixture(bootstrap, {
      partitions: PARTITIONS,
      env: { ...sessionOf(SESSION_MS), NOTES_SLOW_MS: '5' },
    });
    load = startEventLoad(fixture, { perSecond: 150, poisonEvery: 5, failingEvery: 50 });
  });
  afterEach(async () => {
    await load.stop();
    await fixture.close();
    await proxy.close();
  });

  const startBehindProxy = (): WorkerProcess => fixture.team.start({ KAFKA_BROKERS: proxy.bootstrap });

  /** Resolves when that message has come by; it goes on, or its connection is cut. */
  const comesBy = ({ api, freight }: Edge, then: () => 'pass' | 'cut') =>
    new Promise<void>((resolve) => {
      proxy.atNext(api, freight, () => {
        resolve();
        return then();
      });
    });

  async function expectOneLetterEach(
    what: string,
    mayBe: (ledger: WorkerLedger) => Partial<WorkerLedger> = () => ({}),
  ): Promise<void> {
    const { poison } = await load.stop();
    await fixture.settled();
    const ledger = await workerLedgerOf(bootstrap, fixture.topics, await fixture.notes());
    const { events, bad, repeated } = ledger;
    console.info(`${what}: ${events} handled, ${bad} set aside (${poison} poison), ${repeated.length} handled again`);
    expect(ledger).toEqual({ ...cleanWorkerLedger(ledger), ...mayBe(ledger) });
    expect(bad).toBeGreaterThanOrEqual(poison);
  }

  test(
    'connections are cut',
    async () => {
      await startBehindProxy().ready();
      for (const edge of ALL_EDGES) {
        // A producer is asked for only when a transaction has failed.
        if (edge.api === INIT_PRODUCER_ID) await comesBy({ api: END_TXN, freight: 'request' }, () => 'cut');
        await comesBy(edge, () => 'cut');
        await load.waitFor(50);
      }
      await expectOneLetterEach('cut');
    },
    TIMEOUT_MS,
  );

  test(
    'the worker is killed, and another takes over',
    async () => {
      await fixture.team.start().ready();
      for (const edge of SLOW_EDGES) {
        const worker = startBehindProxy();
        await comesBy(edge, () => {
          worker.signal('SIGKILL');
          return 'pass';
        });
        await worker.ended;
      }
      await expectOneLetterEach('killed');
    },
    TIMEOUT_MS,
  );

  test(
    'the worker is frozen, another takes over, and it wakes and goes on with what it was at',
    async () => {
      const other = fixture.team.start();
      const worker = startBehindProxy();
      for (const edge of SLOW_EDGES) {
        await untilHolds(async () => (await worker.metric('orders_worker_partitions')) === PARTITIONS);
        await comesBy(edge, () => {
          worker.signal('SIGSTOP');
          return 'pass';
        });
        await untilHolds(async () => (await other.metric('orders_worker_partitions')) === 2 * PARTITIONS);
        await load.waitFor(50);
        worker.signal('SIGCONT');
      }
      // A handler that was frozen ends when it wakes, after what came later: a store keeps the newer event by its offset.
      await expectOneLetterEach('frozen', ({ stale }) => ({ stale }));
    },
    TIMEOUT_MS,
  );
});

describeWithKafka('the end of a transaction that arrives when another worker has taken over', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  let proxy: KafkaProxy;
  beforeEach(async () => {
    proxy = await startKafkaProxy(bootstrap);
    fixture = await openWorkerFixture(bootstrap, { partitions: 1, env: sessionOf(6_000) });
  });
  afterEach(async () => {
    await fixture.close();
    await proxy.close();
  });

  test('does not count: its letter is not seen, that of the other one is', async () => {
    // With room for both the one that fails ends first, and both are settled together; one by one, the slow one is committed alone.
    const cutOff = fixture.team.start({ KAFKA_BROKERS: proxy.bootstrap });
    await cutOff.ready();
    const isHeld = new Promise<void>((resolve) => {
      proxy.atNext(END_TXN, 'request', () => {
        proxy.hold('requests');
        resolve();
        return 'pass';
      });
    });
    const slow = createdEvent('order-slow', { customerId: faultText({ kind: 'slow', ms: 2_500 }) }, Date.now());
    const fails = createdEvent('order-fails', { customerId: faultText({ kind: 'fails', times: 3 }) }, Date.now());
    await fixture.publish([slow]);
    await fixture.publish([fails]);
    await isHeld;
    const other = fixture.team.start({ WORKER_CONCURRENCY: '1' });
    await untilHolds(async () => (await other.metric('orders_worker_lag_seconds')) > 0);
    proxy.hold('nothing');
    await untilHolds(async () => (await other.metric('orders_worker_lag_seconds')) === 0);
    await fixture.settled();
    expect((await fixture.letters()).map(({ stored }) => String(stored.headers['ce_id']))).toEqual([fails.id]);
  });
});
