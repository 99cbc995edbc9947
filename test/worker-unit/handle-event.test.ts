import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { OrderEvent } from '../../src/domain/events.ts';
import { createHandleEvent } from '../../src/worker/handle-event.ts';
import type { HandlerContext, Handlers } from '../../src/worker/handlers/contract.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
/** Longer than both pauses between attempts can be. */
const PAUSES_MS = 1_000;
const PLACE = { topic: 'orders', partition: 2, offset: 17n };

type AnyHandler = (event: OrderEvent, context: HandlerContext) => void | Promise<void>;

function handling(handler: AnyHandler, { concurrency = 64, timeoutMs = 10_000 } = {}) {
  const handlers: Handlers = { 'orders.order.created.v1': handler, 'orders.order.status-changed.v1': handler };
  const { log, lines } = createCollectingLog();
  const calls = { retries: 0 };
  const onRetry = () => (calls.retries += 1);
  const handle = createHandleEvent({ handlers, concurrency, timeoutMs, log, onRetry });
  /** Hands over an event of its own; what it came to, once it has. */
  const begin = (event: OrderEvent = createdEvent('order-1'), mayBegin: () => boolean = () => true) => {
    const state: { outcome: unknown } = { outcome: 'none' };
    void handle(event, PLACE, mayBegin).then((outcome) => (state.outcome = outcome));
    return state;
  };
  return { begin, lines, calls };
}

test('a handler that returns is done with the event, at once', async () => {
  const seen: [OrderEvent, HandlerContext][] = [];
  const event = createdEvent('order-1');
  const { begin, lines, calls } = handling((...given) => {
    seen.push(given);
  });
  const state = begin(event);
  await pass(0);
  expect(state.outcome).toBeUndefined();
  expect(seen).toEqual([[event, { ...PLACE, attempt: 1, signal: expect.any(AbortSignal) }]]);
  expect([lines, calls.retries]).toEqual([[], 0]);
});

test('each type of event goes to the handler for it', async () => {
  const seen: string[] = [];
  const handle = createHandleEvent({
    handlers: {
      'orders.order.created.v1': ({ data }) => void seen.push(`created ${data.order.orderId}`),
      'orders.order.status-changed.v1': ({ data }) => void seen.push(`changed to ${data.change.status}`),
    },
    concurrency: 1,
    timeoutMs: 1_000,
    log: createCollectingLog().log,
    onRetry: () => undefined,
  });
  await handle(createdEvent('order-1'), PLACE, () => true);
  await handle(changedEvent('order-1', 'shipped'), PLACE, () => true);
  expect(seen).toEqual(['created order-1', 'changed to shipped']);
});

describe('a handler that fails', () => {
  test('has three attempts in all, and the last failure is told', async () => {
    const attempts: number[] = [];
    const { begin, lines, calls } = handling((_event, { attempt }) => {
      attempts.push(attempt);
      throw new Error(`failure ${attempt}`, { cause: new Error('the depth') });
    });
    const event = createdEvent('order-1');
    const state = begin(event);
    await pass(PAUSES_MS);
    expect(attempts).toEqual([1, 2, 3]);
    const error = 'The handler failed 3 times, last with: failure 3';
    expect(state.outcome).toEqual({ reason: 'handler_failed', error, attempts: 3 });
    expect(calls.retries).toBe(2);
    expect(lines.map(({ fields }) => fields)).toEqual(
      [1, 2, 3].map((attempt) => ({ eventId: event.id, orderId: 'order-1', attempt, cause: 'the depth' })),
    );
  });

  test.each([1, 2])('and then works after %i failures is done with the event', async (failures) => {
    const { begin, calls } = handling((_event, { attempt }) =>
      attempt <= failures ? Promise.reject(new Error('not yet')) : Promise.resolve(),
    );
    const state = begin();
    await pass(PAUSES_MS);
    expect([state.outcome, calls.retries]).toEqual([undefined, failures]);
  });

  test('is given time: 100 to 200 ms, then 400 to 800', async () => {
    const attempts: number[] = [];
    const { begin } = handling((_event, { attempt }) => {
      attempts.push(attempt);
      throw new Error('no');
    });
    begin();
    await pass(99);
    expect(attempts).toEqual([1]);
    await pass(101);
    expect(attempts).toEqual([1, 2]);
    await pass(199);
    expect(attempts).toEqual([1, 2]);
    await pass(601);
    expect(attempts).toEqual([1, 2, 3]);
  });

  // p-retry gives up at once on a TypeError, and takes what is no Error for one.
  test.each<readonly [string, unknown, string]>([
    ['a TypeError', new TypeError('x is undefined'), 'x is undefined'],
    ['a text', 'a text', 'a text'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an object', { code: 7 }, '[object Object]'],
    ['an object that is no text', Object.create(null), 'something that is no error'],
  ])('is tried again whatever it throws: %s', async (_what, thrown, text) => {
    let attempts = 0;
    const { begin } = handling(() => {
      attempts += 1;
      throw thrown;
    });
    const state = begin();
    await pass(PAUSES_MS);
    expect(attempts).toBe(3);
    expect(state.outcome).toMatchObject({
      reason: 'handler_failed',
      error: `The handler failed 3 times, last with: ${text}`,
    });
  });
});

describe('a handler that does not end', () => {
  test('is told so by its signal, and is tried again', async () => {
    const signals: AbortSignal[] = [];
    const { begin } = handling((_event, { attempt, signal }) => {
      signals.push(signal);
      return attempt === 1 ? new Promise(() => undefined) : Promise.resolve();
    });
    const state = begin();
    await pass(9_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await pass(1 + PAUSES_MS);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(state.outcome).toBeUndefined();
  });

  test('has a reason of its own', async () => {
    const { begin } = handling(() => new Promise(() => undefined), { timeoutMs: 50 });
    const state = begin();
    await pass(PAUSES_MS + 150);
    expect(state.outcome).toEqual({
      reason: 'handler_timeout',
      error: 'The handler failed 3 times, last with: it took longer than 50 ms (WORKER_HANDLER_TIMEOUT_MS)',
      attempts: 3,
    });
  });

  test('the reason is that of the last attempt', async () => {
    const { begin } = handling((_event, { attempt }) =>
      attempt < 3 ? new Promise(() => undefined) : Promise.reject(new Error('no')),
    );
    const state = begin();
    await pass(30_000);
    expect(state.outcome).toMatchObject({ reason: 'handler_failed' });
  });

  test('may fail later without anybody minding', async () => {
    const { begin } = handling((_event, { attempt, signal }) =>
      attempt > 1
        ? Promise.resolve()
        : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    );
    const state = begin();
    await pass(11_000);
    expect(state.outcome).toBeUndefined();
  });
});

describe('the bound', () => {
  /** Handlers that end when the test says so; `failing` fails at its first attempt. */
  function bounded(concurrency: number) {
    const order: string[] = [];
    const ends: (() => void)[] = [];
    const { begin } = handling(
      ({ subject }, { attempt }) => {
        order.push(`${subject}.${attempt}`);
        if (subject === 'failing' && attempt === 1) throw new Error('no');
        return new Promise((resolve) => ends.push(resolve));
      },
      { concurrency, timeoutMs: 1_000_000 },
    );
    return { begin: (name: string, may?: () => boolean) => begin(createdEvent(name), may), order, ends };
  }

  test('so many are under way and no more', async () => {
    const { begin, order, ends } = bounded(2);
    for (const name of ['a', 'b', 'c', 'd']) begin(name);
    await pass(0);
    expect(order).toEqual(['a.1', 'b.1']);
    ends[1]?.();
    await pass(0);
    expect(order).toEqual(['a.1', 'b.1', 'c.1']);
  });

  test('one that waits for its next attempt takes no place', async () => {
    const { begin, order } = bounded(1);
    begin('failing');
    begin('a');
    await pass(0);
    expect(order).toEqual(['failing.1', 'a.1']);
    await pass(PAUSES_MS);
    expect(order).toEqual(['failing.1', 'a.1']);
  });

  test('who is tried again goes before those that have not begun', async () => {
    const { begin, order, ends } = bounded(1);
    for (const name of ['failing', 'a', 'b', 'c']) begin(name);
    await pass(PAUSES_MS);
    ends[0]?.();
    await pass(0);
    expect(order).toEqual(['failing.1', 'a.1', 'failing.2']);
    ends[1]?.();
    await pass(0);
    expect(order.at(-1)).toBe('b.1');
  });

  test('whether it may begin is asked before each attempt, when there is a place', async () => {
    const { begin, order, ends } = bounded(1);
    const asked: string[] = [];
    const may = (name: string, answer: boolean) => () => {
      asked.push(name);
      return answer;
    };
    begin('a');
    const failing = begin('failing', may('failing', true));
    const refused = begin('refused', may('refused', false));
    await pass(0);
    expect(asked).toEqual([]);
    ends[0]?.();
    await pass(PAUSES_MS);
    expect(asked).toEqual(['failing', 'refused', 'failing']);
    expect(order).toEqual(['a.1', 'failing.1', 'failing.2']);
    expect([refused.outcome, failing.outcome]).toEqual(['not_begun', 'none']);
  });

  test('what others have by now is not tried again', async () => {
    const { begin, order } = bounded(1);
    const answers = [true, false];
    const failing = begin('failing', () => answers.shift() ?? false);
    await pass(PAUSES_MS);
    expect([failing.outcome, order]).toEqual(['not_begun', ['failing.1']]);
  });
});
