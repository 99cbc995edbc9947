import { describe, expect, test } from '@jest/globals';
import { logBarrier, type OrderEvent } from '../../src/domain/events.ts';
import { createHandleEvent, type HandlerFailure } from '../../src/worker/handle-event.ts';
import { createShard } from '../../src/worker/process-delivery.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';
import { aDelivery } from '../support/worker.ts';

const FAILURE: HandlerFailure = { reason: 'handler_failed', error: 'it failed', attempts: 3 };

/** A shard whose events end when the test says so. `handed` are the ids that were given to a handler, in order. */
function shardWith({ dedupMax = 100 } = {}) {
  const handed: string[] = [];
  const ends = new Map<string, (failure?: HandlerFailure) => void>();
  const counted = { handled: [] as number[], deduplicated: 0 };
  const shard = createShard({
    handle: ({ id }, _place, begin) => {
      if (!begin()) return Promise.resolve('not_begun');
      handed.push(id);
      return new Promise((resolve) => ends.set(id, resolve));
    },
    dedupMax,
    metrics: { handled: (at) => counted.handled.push(at), deduplicated: () => (counted.deduplicated += 1) },
  });
  /** What becomes of an event; `outcome` is none until it has come to something. */
  const give = (event: OrderEvent, { topic = 'orders', begin = (): boolean => true } = {}) => {
    const state: { outcome: unknown } = { outcome: 'none' };
    void shard.process(aDelivery(event, { topic }), begin).then((outcome) => (state.outcome = outcome));
    return state;
  };
  const end = async ({ id }: OrderEvent, failure?: HandlerFailure) => {
    ends.get(id)?.(failure);
    await turns();
  };
  return { shard, give, end, handed, counted };
}

/** All that can go on without us has gone on. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

describe('events of one order', () => {
  test('are handled one after the other, as they came', async () => {
    const { give, end, handed } = shardWith();
    const [a, b, c] = [
      createdEvent('order-1'),
      changedEvent('order-1', 'shipped'),
      changedEvent('order-1', 'delivered'),
    ];
    for (const event of [a, b, c]) give(event);
    await turns();
    expect(handed).toEqual([a.id]);
    await end(a);
    expect(handed).toEqual([a.id, b.id]);
    await end(b);
    expect(handed).toEqual([a.id, b.id, c.id]);
  });

  test('have their turn before what came after them, also when they have to wait for each other', async () => {
    const handed: string[] = [];
    const hand = async ({ id }: OrderEvent) => {
      handed.push(id);
      await turns();
    };
    const handle = createHandleEvent({
      handlers: { 'orders.order.created.v1': hand, 'orders.order.status-changed.v1': hand },
      concurrency: 1,
      timeoutMs: 1_000,
      log: silentLog,
      onRetry: () => undefined,
    });
    const metrics = { handled: () => undefined, deduplicated: () => undefined };
    const shard = createShard({ handle, dedupMax: 100, metrics });
    const others = Array.from({ length: 5 }, (_, i) => createdEvent(`order-${i + 2}`));
    const events = [createdEvent('order-1'), changedEvent('order-1', 'shipped'), ...others];
    await Promise.all(events.map((event) => shard.process(aDelivery(event), () => true)));
    // The first of the others had its turn when the first of the order was done.
    expect(handed.slice(0, 3)).toContain(events[1]?.id);
  });

  test('go on after one that failed', async () => {
    const { give, end, handed } = shardWith();
    const [a, b] = [createdEvent('order-1'), changedEvent('order-1', 'shipped')];
    for (const event of [a, b]) give(event);
    await end(a, FAILURE);
    expect(handed).toEqual([a.id, b.id]);
  });

  test('go on after one that was not begun', async () => {
    const { give, handed } = shardWith();
    const [a, b] = [createdEvent('order-1'), changedEvent('order-1', 'shipped')];
    const first = give(a, { begin: () => false });
    give(b);
    await turns();
    expect([first.outcome, handed]).toEqual(['not_begun', [b.id]]);
  });

  test('wait for each other across topics', async () => {
    const { give, end, handed } = shardWith();
    const [a, b] = [createdEvent('order-1'), changedEvent('order-1', 'shipped')];
    give(a, { topic: 'orders.retry' });
    give(b);
    await turns();
    expect(handed).toEqual([a.id]);
    await end(a);
    expect(handed).toEqual([a.id, b.id]);
  });
});

test('events of other orders are handled beside them', async () => {
  const { give, handed } = shardWith();
  const events = ['order-1', 'order-2', 'order-3'].map((id) => createdEvent(id));
  for (const event of events) give(event);
  await turns();
  expect(handed).toEqual(events.map(({ id }) => id));
});

describe('an event that was handled', () => {
  test.each(['orders', 'orders.retry'])('is not handled again when it comes on %s', async (topic) => {
    const { give, end, handed, counted } = shardWith();
    const event = createdEvent('order-1', {}, 1_700_000_000_123);
    const first = give(event);
    await turns();
    await end(event);
    const again = give(event, { topic });
    await turns();
    expect([first.outcome, again.outcome, handed]).toEqual(['done', 'done', [event.id]]);
    expect(counted).toEqual({ handled: [1_700_000_000_123], deduplicated: 1 });
  });

  test('needs no permission to be passed over', async () => {
    const { give, end } = shardWith();
    const event = createdEvent('order-1');
    give(event);
    await turns();
    await end(event);
    const again = give(event, {
      begin: () => {
        throw new Error('asked');
      },
    });
    await turns();
    expect(again.outcome).toBe('done');
  });

  test.each(['orders', 'orders.retry'])('by somebody else is known once that is told of %s', async (topic) => {
    const { shard, give, handed } = shardWith();
    const event = createdEvent('order-1');
    for (const each of ['orders', 'orders.retry']) shard.seen(each).add(createdEvent('order-2').id);
    shard.seen(topic).add(event.id);
    const state = give(event);
    await turns();
    expect([state.outcome, handed]).toEqual(['done', []]);
  });

  test('is forgotten beyond the bound of its topic', async () => {
    const { give, end, handed } = shardWith({ dedupMax: 1 });
    const [a, b] = [createdEvent('order-1'), createdEvent('order-2')];
    for (const event of [a, b]) {
      give(event);
      await turns();
      await end(event);
    }
    give(a);
    await turns();
    expect(handed).toEqual([a.id, b.id, a.id]);
  });
});

test('an event that failed is set aside, and is handled when it comes again', async () => {
  const { shard, give, end, handed, counted } = shardWith();
  const event = createdEvent('order-1');
  const state = give(event);
  await turns();
  await end(event, FAILURE);
  expect(state.outcome).toEqual({ record: aDelivery(event), ...FAILURE, time: expect.any(Number) });
  expect(shard.seen('orders').has(event.id)).toBe(false);
  const again = give(event, { topic: 'orders.retry' });
  await turns();
  await end(event);
  expect([again.outcome, handed, counted.handled.length]).toEqual(['done', [event.id, event.id], 1]);
});

describe('one id under way', () => {
  /** Two orders that claim to be of one event; nobody we know makes such. */
  const [a, other] = [createdEvent('order-1'), createdEvent('order-2')];
  const b = { ...other, id: a.id } as OrderEvent;

  test('is waited for, also by another order', async () => {
    const { give, end, handed, counted } = shardWith();
    give(a);
    const second = give(b);
    await turns();
    expect([handed, second.outcome]).toEqual([[a.id], 'none']);
    await end(a);
    expect([handed, second.outcome, counted.deduplicated]).toEqual([[a.id], 'done', 1]);
  });

  test('is handled by whoever waits if it fails', async () => {
    const { give, end, handed } = shardWith();
    give(a);
    give(b);
    const third = give({ ...b, subject: 'order-2' });
    await turns();
    await end(a, FAILURE);
    expect(handed).toEqual([a.id, a.id]);
    await end(b);
    expect([handed, third.outcome]).toEqual([[a.id, a.id], 'done']);
  });
});

describe('what is not handed to a handler', () => {
  test('an event that may not begin', async () => {
    const { shard, give, handed } = shardWith();
    const event = createdEvent('order-1');
    const state = give(event, { begin: () => false });
    await turns();
    expect([state.outcome, handed, shard.seen('orders').has(event.id)]).toEqual(['not_begun', [], false]);
  });

  test('a barrier, with which nothing is to be done', async () => {
    const { shard, handed } = shardWith();
    const barrier = logBarrier(3, { id: '0d9f3c5e-8a51-4c53-9a64-6a1b0c6f4b1e', timestamp: 1_700_000_000_000 });
    expect(await shard.process(aDelivery(barrier), () => false)).toBe('done');
    expect(handed).toEqual([]);
  });

  test.each([
    ['no_value', { value: null }],
    ['not_json', { value: Buffer.from('{') }],
    ['unknown_type', { headers: {} }],
    ['key_mismatch', { key: Buffer.from('order-2') }],
  ])('a record that cannot be read: %s, which is set aside as it is', async (reason, changes) => {
    const { shard, handed } = shardWith();
    const record = { ...aDelivery(createdEvent('order-1')), ...changes };
    const outcome = await shard.process(record, () => true);
    expect(outcome).toEqual({
      record,
      reason,
      error: expect.stringMatching(/./),
      attempts: 0,
      time: expect.any(Number),
    });
    expect(handed).toEqual([]);
  });
});
