import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createCoalescingQueue } from '../../src/publishing/coalescing-queue.ts';
import { PublishError } from '../../src/publishing/publish-error.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A queue whose batches end when the test says so. */
function heldQueue(options: { readonly connected?: Promise<undefined> } = {}) {
  const batches: { readonly items: readonly string[]; end: () => void; fail: (error: PublishError) => void }[] = [];
  /** How the items ended that were told they are under way, in the order they were told. */
  const told: Promise<unknown>[] = [];
  const queue = createCoalescingQueue<string, string>({
    send: async (take) => {
      await options.connected;
      const items = take();
      const held = Promise.withResolvers<undefined>();
      batches.push({ items, end: () => held.resolve(undefined), fail: held.reject });
      if (items.length > 0) await held.promise;
      return items.map((item) => `${item} written`);
    },
    sizeOf: () => 1,
    maxBatchBytes: 100,
    maxBatchItems: 100,
    timeoutMs: 1_000,
    stillUnderWay: (later) => {
      told.push(
        later.catch((error: unknown) => (error instanceof PublishError ? `${error.outcome}: ${error.reason}` : error)),
      );
      return new PublishError({ outcome: 'unknown', reason: 'timeout', retriable: true, message: 'x' });
    },
  });
  const outcomes = new Map<string, unknown>();
  const add = (item: string, timeoutMs = 1_000) => {
    queue.add(item, performance.now() + timeoutMs).then(
      (result) => outcomes.set(item, result),
      (error: unknown) =>
        outcomes.set(item, error instanceof PublishError ? `${error.outcome}: ${error.reason}` : error),
    );
  };
  const isIdle = async () => {
    let idle = false;
    void queue.idle().then(() => (idle = true));
    await pass(0);
    return idle;
  };
  return { add, batches, outcomes, told, isIdle };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

test('an item still waiting when its time is over is rejected, and never sent later', async () => {
  const { add, batches, outcomes, isIdle } = heldQueue();
  add('first', 10_000);
  await pass(1);
  add('second');
  await pass(998);
  expect(outcomes.size).toBe(0);
  await pass(2);
  expect(outcomes.get('second')).toBe('rejected: timeout');
  batches[0]?.end();
  await pass(5_000);
  expect(batches.map(({ items }) => items)).toEqual([['first']]);
  expect(outcomes.get('first')).toBe('first written');
  expect(await isIdle()).toBe(true);
});

test('an item under way when its time is over is unknown, and is told later that it was written', async () => {
  const { add, batches, outcomes, told, isIdle } = heldQueue();
  add('first');
  await pass(1_000);
  expect(outcomes.get('first')).toBe('unknown: timeout');
  expect(await isIdle()).toBe(false);
  batches[0]?.end();
  expect(await isIdle()).toBe(true);
  expect(outcomes.get('first')).toBe('unknown: timeout');
  await expect(Promise.all(told)).resolves.toEqual(['first written']);
});

test('an item under way when its time is over is told later that its batch failed', async () => {
  const { add, batches, told } = heldQueue();
  add('first');
  await pass(1_000);
  batches[0]?.fail(new PublishError({ outcome: 'unknown', reason: 'unreachable', retriable: true, message: 'x' }));
  await expect(Promise.all(told)).resolves.toEqual(['unknown: unreachable']);
});

test('an item that was told unknown is not sent again, though its batch turns out to be refused', async () => {
  const { add, batches, outcomes, told } = heldQueue();
  add('late', 500);
  add('patient', 5_000);
  await pass(600);
  expect(outcomes.get('late')).toBe('unknown: timeout');
  batches[0]?.fail(new PublishError({ outcome: 'rejected', reason: 'too_large', retriable: false, message: 'x' }));
  await pass(1);
  batches[1]?.end();
  await pass(1);
  expect(batches.map(({ items }) => items)).toEqual([['late', 'patient'], ['patient']]);
  expect(outcomes.get('patient')).toBe('patient written');
  await expect(Promise.all(told)).resolves.toEqual(['rejected: too_large']);
});

test('each item has a deadline of its own, in whatever order they come', async () => {
  const { add, outcomes } = heldQueue();
  add('long', 3_000);
  await pass(1);
  add('short', 1_000);
  add('middle', 2_000);
  await pass(1_000);
  expect([...outcomes.keys()]).toEqual(['short']);
  await pass(1_000);
  expect([...outcomes.keys()]).toEqual(['short', 'middle']);
  await pass(1_000);
  expect([...outcomes.keys()]).toEqual(['short', 'middle', 'long']);
});

test('what waits for a connection can be dropped: it was never sent', async () => {
  const connected = Promise.withResolvers<undefined>();
  const { add, batches, outcomes } = heldQueue({ connected: connected.promise });
  add('early', 500);
  await pass(400);
  add('later', 5_000);
  await pass(200);
  expect(outcomes.get('early')).toBe('rejected: timeout');
  connected.resolve(undefined);
  await pass(1);
  expect(batches.map(({ items }) => items)).toEqual([['later']]);
});

test('no timer is left once the queue is idle', async () => {
  const { add, batches, isIdle } = heldQueue();
  add('first');
  await pass(1);
  batches[0]?.end();
  expect(await isIdle()).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});
