import { setTimeout as sleep } from 'node:timers/promises';
import { claimedAt, type OrderEvent } from '../../src/domain/events.ts';
import { faultText } from './handler-faults.ts';
import { changedEvent, createdEvent } from './orders.ts';
import { poisonOfEachKind } from './poison.ts';
import type { WorkerFixture } from './worker-fixture.ts';

/** Events that are published one after the other, at a rate, until they are stopped. */
export interface EventLoad {
  /** Resolves when that many more are acknowledged than when it was called. */
  waitFor(more: number): Promise<void>;
  /** Resolves when that many are acknowledged in all. */
  waitForAll(count: number): Promise<void>;
  /** Publishes no more; resolves with how many were acknowledged and how many records of others were written. */
  stop(): Promise<{ readonly acknowledged: number; readonly poison: number }>;
}

const TICK_MS = 20;
/** A prime, so that what happens to every so many-th event happens to all of them. */
const ORDERS = 199;
/** Not acknowledged yet, at most: a slow machine publishes fewer. */
const AT_ONCE = 400;
const FAILS = faultText({ kind: 'fails', times: 3 });

/**
 * `perSecond` events of 199 orders, each of which is created and then changed again and again. Of `poisonEvery` records one is
 * poison, of `failingEvery` events one has a handler that fails each time; 0 for none. A publish that fails is given up: what is on
 * the topic is what counts.
 */
export function startEventLoad(
  fixture: WorkerFixture,
  options: { readonly perSecond: number; readonly poisonEvery?: number; readonly failingEvery?: number },
): EventLoad {
  const { perSecond, poisonEvery = 0, failingEvery = 0 } = options;
  const waiters = new Set<() => void>();
  let made = 0;
  let acknowledged = 0;
  let poison = 0;
  let stopped = false;

  function next(): OrderEvent {
    made += 1;
    const orderId = `order-${made % ORDERS}`;
    const fails = failingEvery > 0 && made % failingEvery === 0;
    if (made <= ORDERS) return createdEvent(orderId, fails ? { customerId: FAILS } : {}, Date.now());
    const status = made % 2 === 0 ? 'shipped' : 'delivered';
    return claimedAt(changedEvent(orderId, status, fails ? FAILS : undefined), Date.now());
  }

  async function publishOne(): Promise<void> {
    const receipts = await fixture.publish([next()]).catch(() => []);
    acknowledged += receipts.length;
    for (const wake of waiters) wake();
  }

  async function poisonOne(number: number): Promise<void> {
    const kinds = poisonOfEachKind(number % 3, String(number));
    const { record } = kinds[number % kinds.length] ?? {};
    if (record === undefined) return;
    await fixture.send(fixture.topics.orders, [record]).catch(() => undefined);
    poison += 1;
  }

  async function run(): Promise<void> {
    const under = new Set<Promise<void>>();
    const begin = performance.now();
    const keep = (work: Promise<void>): void => {
      const kept = work.finally(() => under.delete(kept));
      under.add(kept);
    };
    for (let sent = 0; !stopped;) {
      const due = Math.floor(((performance.now() - begin) / 1_000) * perSecond);
      for (; sent < due && under.size < AT_ONCE; sent += 1) {
        keep(publishOne());
        if (poisonEvery > 0 && sent % poisonEvery === 0) keep(poisonOne(sent / poisonEvery));
      }
      await sleep(TICK_MS);
    }
    await Promise.all(under);
  }

  function waitForAll(count: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        if (acknowledged < count) return;
        waiters.delete(wake);
        resolve();
      };
      waiters.add(wake);
      wake();
    });
  }

  const running = run();
  return {
    waitFor: (more) => waitForAll(acknowledged + more),
    waitForAll,
    async stop() {
      stopped = true;
      await running;
      return { acknowledged, poison };
    },
  };
}
