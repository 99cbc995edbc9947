import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import { createLanes } from '../../src/worker/lanes.ts';
import { createdEvent } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';
import { aDelivery, createFakeLease } from '../support/worker.ts';

type Handled = readonly string[];

/** Lanes whose events are handled at once; those of `failing` fail. */
function lanesWith({ dedupMax = 100, failing = [] as Handled } = {}) {
  const handed: string[] = [];
  const setAside: DeadLetter[] = [];
  const lanes = createLanes({
    handle: ({ id }, _place, begin) => {
      if (!begin()) return Promise.resolve('not_begun');
      handed.push(id);
      return Promise.resolve(failing.includes(id) ? { reason: 'handler_failed', error: 'no', attempts: 3 } : undefined);
    },
    dedupMax,
    metrics: { handled: () => undefined, deduplicated: () => undefined },
    log: silentLog,
    onSetAside: (letter) => setAside.push(letter),
  });
  const asked: [string, bigint, bigint][] = [];
  /** Takes a partition over; `told` is what the topic says was handled. */
  const open = async ({ from = 0n, topic = 'orders', partition = 0, told = [] as Handled }) => {
    const handledIds = (begin: bigint, to: bigint) => {
      asked.push([topic, begin, to]);
      return Promise.resolve(told);
    };
    const lease = createFakeLease(from, { topic, partition, handledIds });
    const [lane] = await lanes.open([lease]);
    if (lane === undefined) throw new Error('no lane');
    return { lane, lease };
  };
  return { lanes, open, handed, asked, setAside };
}

describe('what was handled before', () => {
  test('is not asked where there is no before', async () => {
    const { open, asked } = lanesWith();
    await open({ from: 0n });
    expect(asked).toEqual([]);
  });

  test('is asked as far back as is remembered, and is not handled again', async () => {
    const { open, asked, handed } = lanesWith({ dedupMax: 50 });
    const event = createdEvent('order-1');
    const { lane } = await open({ from: 200n, told: [event.id] });
    expect(asked).toEqual([['orders', 150n, 200n]]);
    lane.take([aDelivery(event, { offset: 200n })]);
    await lane.drain();
    expect(handed).toEqual([]);
  });

  test('is asked from the beginning where that is nearer', async () => {
    const { open, asked } = lanesWith({ dedupMax: 50 });
    await open({ from: 20n });
    expect(asked).toEqual([['orders', 0n, 20n]]);
  });

  test('is not asked again of what we settled ourselves', async () => {
    const { open, asked, handed } = lanesWith();
    const event = createdEvent('order-1');
    const { lane } = await open({ from: 0n });
    lane.take([aDelivery(event, { offset: 0n })]);
    await lane.drain();
    lane.revoke();
    const again = await open({ from: 1n });
    again.lane.take([aDelivery(event, { offset: 1n })]);
    await again.lane.drain();
    expect([asked, handed]).toEqual([[], [event.id]]);
  });

  test('is asked of what others settled meanwhile, and of no more', async () => {
    const { open, asked, handed } = lanesWith();
    const event = createdEvent('order-1');
    const { lane } = await open({ from: 10n });
    lane.take([aDelivery(createdEvent('order-2'), { offset: 10n })]);
    await lane.drain();
    lane.revoke();
    const again = await open({ from: 40n, told: [event.id] });
    expect(asked).toEqual([
      ['orders', 0n, 10n],
      ['orders', 11n, 40n],
    ]);
    again.lane.take([aDelivery(event, { offset: 40n })]);
    await again.lane.drain();
    expect(handed).toHaveLength(1);
  });

  test('is asked once, although nothing was settled since', async () => {
    const { open, asked } = lanesWith();
    const { lane } = await open({ from: 10n });
    lane.revoke();
    await open({ from: 12n });
    expect(asked).toEqual([
      ['orders', 0n, 10n],
      ['orders', 10n, 12n],
    ]);
  });

  test('after a long time elsewhere is asked only as far back as is remembered', async () => {
    const { open, asked } = lanesWith({ dedupMax: 5 });
    const { lane } = await open({ from: 10n });
    lane.revoke();
    await open({ from: 1_000n });
    expect(asked.at(-1)).toEqual(['orders', 995n, 1_000n]);
  });

  test('on the other topic of the same number is known, too; on another number it is not', async () => {
    const { open, handed } = lanesWith();
    const event = createdEvent('order-1');
    await open({ from: 5n, partition: 3, told: [event.id] });
    const retry = await open({ topic: 'orders.retry', partition: 3 });
    retry.lane.take([aDelivery(event, { topic: 'orders.retry', partition: 3 })]);
    await retry.lane.drain();
    expect(handed).toEqual([]);
    const other = await open({ topic: 'orders.retry', partition: 1 });
    other.lane.take([aDelivery(event, { topic: 'orders.retry', partition: 1 })]);
    await other.lane.drain();
    expect(handed).toEqual([event.id]);
  });

  test('must be known before a lane opens, and is asked again where it could not be', async () => {
    const { lanes, open, asked } = lanesWith();
    const handledIds = () => Promise.reject(new Error('no leader'));
    await expect(lanes.open([createFakeLease(7n, { handledIds })])).rejects.toThrow('no leader');
    expect(lanes.all()).toEqual([]);
    await open({ from: 7n });
    expect(asked).toEqual([['orders', 0n, 7n]]);
  });
});

test('letters are told once they are set aside, and not before', async () => {
  const event = createdEvent('order-1');
  const { open, setAside } = lanesWith({ failing: [event.id] });
  const { lane, lease } = await open({});
  lease.answer(() => {
    expect(setAside).toEqual([]);
    return Promise.resolve();
  });
  lane.take([aDelivery(event)]);
  await lane.drain();
  expect(lease.said).toEqual([{ next: 1n, letters: [0n] }]);
  expect(setAside).toMatchObject([{ reason: 'handler_failed', record: { offset: 0n } }]);
});

test('an event that failed is handled when it comes again, also after a lease elsewhere', async () => {
  const event = createdEvent('order-1');
  const { open, handed } = lanesWith({ failing: [event.id] });
  for (const offset of [0n, 1n]) {
    const { lane } = await open({ from: offset });
    lane.take([aDelivery(event, { offset })]);
    await lane.drain();
    lane.revoke();
  }
  expect(handed).toEqual([event.id, event.id]);
});

test('a lane is seen until its lease is over', async () => {
  const { lanes, open } = lanesWith();
  const { lane } = await open({});
  await open({ partition: 1 });
  expect(lanes.all()).toHaveLength(2);
  lane.revoke();
  expect(lanes.all()).toHaveLength(1);
});
