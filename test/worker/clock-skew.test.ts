/**
 * Property: clocks that differ change nothing of what is handled and set aside, and no metric becomes negative: neither where the
 * API's clock is ahead, as far as the topic's fence lets it be, nor where a worker's own is an hour from everybody else's.
 */
import { afterEach, expect, test } from '@jest/globals';
import { claimedAt } from '../../src/domain/events.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { faultText } from '../support/handler-faults.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';
import { poisonOfEachKind } from '../support/poison.ts';
import { untilHolds } from '../support/until-holds.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { cleanWorkerLedger, workerLedgerOf } from '../support/worker-ledger.ts';
import type { WorkerProcess } from '../support/worker-process.ts';

/** Below the 2 s that the fence allows. */
const AHEAD_MS = 1_500;
/** Below the hour that the dead-letter topic allows, which has a broker's default. */
const OFF_MS = 3_000_000;

describeWithKafka('a worker among clocks that differ', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  afterEach(async () => {
    await fixture.close();
  });

  /** A process whose clock is so far ahead of ours, ms. */
  function startWithClock(aheadMs: number): WorkerProcess {
    const shifted = `const now = Date.now; Date.now = () => now() + ${aheadMs};`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(shifted)}`;
    return fixture.team.start({ NODE_OPTIONS });
  }

  /** Looks at the gauge until it holds; gives all that was seen. */
  async function lagsUntil(worker: WorkerProcess, holds: () => Promise<boolean>): Promise<number[]> {
    const seen: number[] = [];
    await untilHolds(async () => {
      seen.push(await worker.metric('orders_worker_lag_seconds'));
      return holds();
    });
    return seen;
  }

  test.each([
    ['the API is ahead', AHEAD_MS, 0],
    ['the worker is behind', 0, -OFF_MS],
    ['the worker is ahead', 0, OFF_MS],
  ])('%s', async (_, apiMs, workerMs) => {
    fixture = await openWorkerFixture(bootstrap, { env: { NOTES_SLOW_MS: '400', WORKER_CONCURRENCY: '4' } });
    const worker = startWithClock(workerMs);
    await worker.ready();
    const now = () => Date.now() + apiMs;
    const events = Array.from({ length: 20 }, (_, i) => `order-${i}`).flatMap((orderId, i) => [
      createdEvent(orderId, i === 7 ? { customerId: faultText({ kind: 'fails', times: 3 }) } : {}, now()),
      claimedAt(changedEvent(orderId, 'shipped'), now()),
    ]);
    await fixture.publish(events);
    await fixture.send(
      fixture.topics.orders,
      poisonOfEachKind(0, 'skew').map(({ record }) => record),
    );
    const lags = await lagsUntil(worker, async () => (await fixture.notes()).length >= events.length + 2);
    await fixture.settled();
    lags.push(await worker.metric('orders_worker_lag_seconds'));

    expect(Math.min(...lags)).toBeGreaterThanOrEqual(0);
    expect(lags.at(-1)).toBe(0);
    expect(await worker.metric('orders_end_to_end_seconds_sum')).toBeGreaterThanOrEqual(0);
    expect(await worker.metric('orders_end_to_end_seconds_count')).toBe(events.length - 1);
    expect(await worker.metric('orders_worker_lag_records')).toBe(0);
    const ledger = await workerLedgerOf(bootstrap, fixture.topics, await fixture.notes());
    expect(ledger).toEqual({ ...cleanWorkerLedger(ledger), repeated: [] });

    // What was handled and what was set aside is told apart by another worker with another clock.
    await expect(worker.stop()).resolves.toBe(0);
    const next = startWithClock(-workerMs);
    await fixture.publish(events.slice(1).map((event) => claimedAt(event, now())));
    await fixture.settled();
    expect(await next.metric('orders_worker_deduplicated_total')).toBe(events.length - 2);
  });
});
