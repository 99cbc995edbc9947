/**
 * Property: when a worker is killed at any moment, every event is handled by it or by another, every record that cannot be is set
 * aside exactly once, and the order of each order's events is kept. What was handled and not yet committed is handled again, which
 * a store that upserts by `ce_id` does not show.
 *
 * FAULT_ROUNDS says how many workers are killed under load, one after the other.
 */
import { afterEach, expect, test } from '@jest/globals';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startEventLoad } from '../support/event-load.ts';
import { untilHolds } from '../support/until-holds.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { cleanWorkerLedger, workerLedgerOf, type WorkerLedger } from '../support/worker-ledger.ts';
import { sessionOf } from '../support/worker-process.ts';

const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 3);
const TIMEOUT_MS = 60_000 + ROUNDS * 30_000;

const EVENTS = 20_000;

describeWithKafka('two workers, of which one is killed', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  afterEach(async () => {
    await fixture.close();
  });

  async function expectClean(what: string): Promise<WorkerLedger> {
    const notes = await fixture.notes();
    const ledger = await workerLedgerOf(bootstrap, fixture.topics, notes);
    const { events, bad, repeated } = ledger;
    const shares = [...Map.groupBy(notes, ({ worker }) => worker)].map(([name, { length }]) => `${name} ${length}`);
    console.info(
      `${what}: ${events} handled, ${bad} set aside, ${repeated.length} handled again; attempts: ${shares.join(', ')}`,
    );
    expect(ledger).toEqual(cleanWorkerLedger(ledger));
    return ledger;
  }

  test(
    'poison among good: 1 in 50 of 20,000',
    async () => {
      fixture = await openWorkerFixture(bootstrap, {
        env: { ...sessionOf(3_000), NOTES_SLOW_MS: '60' },
      });
      const { team } = fixture;
      const workers = [team.start(), team.start()];
      await Promise.all(workers.map((worker) => worker.ready()));
      const load = startEventLoad(fixture, { perSecond: 4_000, poisonEvery: 50 });
      await untilHolds(async () => (await fixture.notes()).length > EVENTS / 3);
      await workers[0]?.kill();
      team.start();
      await load.waitForAll(EVENTS);
      const { poison } = await load.stop();
      await fixture.settled();
      const { events, bad } = await expectClean('killed in the middle');
      expect(events).toBeGreaterThanOrEqual(EVENTS);
      expect(bad).toBe(poison);
      expect(poison).toBeGreaterThanOrEqual(EVENTS / 50);
    },
    TIMEOUT_MS,
  );

  test(
    `${ROUNDS} times under load, with handlers that fail`,
    async () => {
      fixture = await openWorkerFixture(bootstrap, {
        env: { ...sessionOf(2_000), NOTES_SLOW_MS: '40' },
      });
      const { team } = fixture;
      const workers = [team.start(), team.start()];
      await Promise.all(workers.map((worker) => worker.ready()));
      const load = startEventLoad(fixture, { perSecond: 400, poisonEvery: 20, failingEvery: 20 });
      for (let round = 1; round <= ROUNDS; round += 1) {
        await load.waitFor(800);
        await workers.shift()?.kill();
        workers.push(team.start());
        await load.waitFor(800);
      }
      await load.stop();
      await fixture.settled();
      await expectClean(`${ROUNDS} killed`);
    },
    TIMEOUT_MS,
  );
});
