/**
 * Property: workers that come and go in order cost nothing: every event is handled exactly once, also by a handler without an
 * upsert, and every record that cannot be is set aside exactly once.
 *
 * That is what a member does not join anew for before everything it has begun is finished and committed
 * (src/consuming/kafkajs/group-member.ts). FAULT_ROUNDS makes it last longer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { faultText } from '../support/handler-faults.ts';
import { createdEvent } from '../support/orders.ts';
import { startEventLoad } from '../support/event-load.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { cleanWorkerLedger, workerLedgerOf } from '../support/worker-ledger.ts';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const TIMEOUT_MS = 90_000 + ROUNDS * 30_000;

/** Of the storm, for each round. */
const STORM_MS = 20_000;
const MOST_WORKERS = 4;

describeWithKafka('workers that are stopped and started under load', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  afterEach(async () => {
    await fixture.close();
  });

  async function expectOnce(what: string): Promise<void> {
    const ledger = await workerLedgerOf(bootstrap, fixture.topics, await fixture.notes());
    console.info(`${what}: ${ledger.events} handled, ${ledger.bad} set aside`);
    expect(ledger).toEqual({ ...cleanWorkerLedger(ledger), repeated: [] });
  }

  test(
    'one after the other is replaced, with more in hand than a worker does at once',
    async () => {
      // 8 at once take 20 ms each: thousands wait in every worker, and it ends as soon as those 8 are done.
      fixture = await openWorkerFixture(bootstrap, { env: { NOTES_SLOW_MS: '40', WORKER_CONCURRENCY: '8' } });
      const { team } = fixture;
      const backlog = startEventLoad(fixture, { perSecond: 4_000, poisonEvery: 50, failingEvery: 100 });
      await backlog.waitForAll(6_000);
      await backlog.stop();
      const workers = [team.start(), team.start()];
      await Promise.all(workers.map((worker) => worker.ready()));
      const load = startEventLoad(fixture, { perSecond: 200, poisonEvery: 50 });
      for (let round = 1; round <= 2 + ROUNDS; round += 1) {
        await load.waitFor(200);
        await expect(workers.shift()?.stop()).resolves.toBe(0);
        const next = team.start();
        workers.push(next);
        await next.ready();
      }
      await load.stop();
      await fixture.settled();
      await expectOnce('replaced');
    },
    TIMEOUT_MS,
  );

  test('one that is stopped while it joins leaves no partition behind', async () => {
    // Whoever has gone without a word is missed after a session: longer than this test may take.
    fixture = await openWorkerFixture(bootstrap, {
      env: { WORKER_SESSION_TIMEOUT_MS: '120000', SHUTDOWN_TIMEOUT_MS: '100000' },
    });
    const { team } = fixture;
    await team.start().ready();
    const slow = createdEvent('order-slow', { customerId: faultText({ kind: 'slow', ms: 3_000 }) }, Date.now());
    await fixture.publish([slow]);
    const joining = team.start();
    await joining.waitForLine(({ message }) => message === 'consuming');
    await sleep(1_000); // the other one has 2 s to go before it joins, too
    await expect(joining.stop()).resolves.toBe(0);
    await fixture.publish(Array.from({ length: 60 }, (_, i) => createdEvent(`order-${i}`, {}, Date.now())));
    await fixture.settled();
    await expectOnce('left alone');
  });

  test(
    'a storm of them',
    async () => {
      fixture = await openWorkerFixture(bootstrap, { env: { NOTES_SLOW_MS: '20' } });
      const { team } = fixture;
      const workers = [team.start()];
      await workers[0]?.ready();
      const stopped: Promise<number | NodeJS.Signals>[] = [];
      const load = startEventLoad(fixture, { perSecond: 300, poisonEvery: 30, failingEvery: 30 });
      for (const end = performance.now() + ROUNDS * STORM_MS; performance.now() < end;) {
        const comes = workers.length === 1 || (workers.length < MOST_WORKERS && Math.random() < 0.5);
        if (comes) workers.push(team.start());
        else stopped.push(...workers.splice(Math.floor(Math.random() * workers.length), 1).map((each) => each.stop()));
        await sleep(1_000 + Math.random() * 1_000);
      }
      await load.stop();
      await fixture.settled();
      for (const how of await Promise.all(stopped)) expect(how).toBe(0);
      await expectOnce(`${stopped.length} stopped`);
    },
    TIMEOUT_MS,
  );
});
