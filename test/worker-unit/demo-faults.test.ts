import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { OrderEvent } from '../../src/domain/events.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';
import { fakePauses } from '../support/fake-pauses.ts';

fakePauses();
const { withDemoFaults } = await import('../../src/worker/demo-faults.ts');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const OFF = { failEvery: 0, slowMs: 0, dieAfter: 0 };
const MESSAGE = 'event is to fail';

function faulty(initial: Partial<typeof OFF>) {
  const handled: string[] = [];
  let deaths = 0;
  const handler = ({ id }: OrderEvent) => {
    handled.push(id);
  };
  const switches = withDemoFaults(
    { 'orders.order.created.v1': handler, 'orders.order.status-changed.v1': handler },
    { ...OFF, ...initial },
    () => (deaths += 1),
  );
  const abort = new AbortController();
  /** `failed` where the attempt fails as it was told to. */
  const attempt = async (event: OrderEvent, number = 1): Promise<string> => {
    const context = { topic: 'orders', partition: 0, offset: 0n, attempt: number, signal: abort.signal };
    const { handlers } = switches;
    try {
      await (event.type === 'orders.order.created.v1'
        ? handlers[event.type](event, context)
        : handlers[event.type](event, context));
      return 'handled';
    } catch (error) {
      return error instanceof Error && error.message.includes(MESSAGE) ? 'failed' : String(error);
    }
  };
  return { switches, attempt, handled, abort, deaths: () => deaths };
}

const events = (count: number) => Array.from({ length: count }, (_, i) => createdEvent(`order-${i}`));

test('without a fault every event goes straight to its handler', () => {
  const { switches, handled } = faulty({});
  const event = createdEvent('order-1');
  const signal = new AbortController().signal;
  if (event.type !== 'orders.order.created.v1') throw new Error('another type');
  const context = { topic: 'orders', partition: 0, offset: 0n, attempt: 1, signal };
  expect(switches.handlers['orders.order.created.v1'](event, context)).toBeUndefined();
  expect(handled).toEqual([event.id]);
});

test('every so many-th event fails, of whichever type, and the others are handled', async () => {
  const { attempt, handled } = faulty({ failEvery: 3 });
  const given = [...events(4), changedEvent('order-1', 'shipped'), changedEvent('order-1', 'delivered')];
  const said: string[] = [];
  for (const event of given) said.push(await attempt(event));
  expect(said).toEqual(['handled', 'handled', 'failed', 'handled', 'handled', 'failed']);
  expect(handled).toHaveLength(4);
});

test('an event that is to fail does so at each attempt, and what is tried again is not counted', async () => {
  const { attempt } = faulty({ failEvery: 2 });
  const [a, b, c, d] = [createdEvent('a'), createdEvent('b'), createdEvent('c'), createdEvent('d')];
  expect([await attempt(a), await attempt(b), await attempt(b, 2), await attempt(b, 3)]).toEqual([
    'handled',
    'failed',
    'failed',
    'failed',
  ]);
  expect([await attempt(c), await attempt(c, 2), await attempt(d)]).toEqual(['handled', 'handled', 'failed']);
});

test.each([
  ['everything', OFF],
  ['only the failures', { ...OFF, slowMs: 1 }],
])('once %s is switched off, what was to fail is handled', async (_what, faults) => {
  const { switches, attempt } = faulty({ failEvery: 1 });
  const event = createdEvent('order-1');
  expect(await attempt(event)).toBe('failed');
  switches.set(faults);
  const again = attempt(event, 2);
  await jest.advanceTimersByTimeAsync(1);
  expect(await again).toBe('handled');
});

test('a slow event is handled so much later', async () => {
  const { attempt, handled } = faulty({ slowMs: 500 });
  const said = attempt(createdEvent('order-1'));
  await jest.advanceTimersByTimeAsync(499);
  expect(handled).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect([await said, handled.length]).toEqual(['handled', 1]);
});

test('slowness ends with the time of the attempt', async () => {
  const { attempt, handled, abort } = faulty({ slowMs: 60_000 });
  const said = attempt(createdEvent('order-1'));
  abort.abort(new Error('too late'));
  expect([await said, handled]).toEqual(['Error: too late', []]);
});

test('the worker dies with the so many-th event, before that is handled', async () => {
  const { attempt, deaths } = faulty({ dieAfter: 3 });
  for (const event of events(2)) await attempt(event);
  expect(deaths()).toBe(0);
  await attempt(createdEvent('order-3'));
  expect(deaths()).toBe(1);
});

test('setting the switches begins the count anew', async () => {
  const { switches, attempt, deaths } = faulty({ failEvery: 2 });
  await attempt(createdEvent('order-1'));
  switches.set({ ...OFF, failEvery: 2, dieAfter: 2 });
  expect(switches.current()).toEqual({ failEvery: 2, slowMs: 0, dieAfter: 2 });
  expect([await attempt(createdEvent('order-2')), deaths()]).toEqual(['handled', 0]);
  expect([await attempt(createdEvent('order-3')), deaths()]).toEqual(['failed', 1]);
});
