import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { fakePauses } from '../support/fake-pauses.ts';
import { createHeldProcess } from '../support/held-process.ts';
import { aRecord, createFakeLease } from '../support/worker.ts';

fakePauses();
const { createLane } = await import('../../src/worker/lane.ts');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** More than the pause between two commits, and than the one after a commit that failed. */
const pass = (ms = 1_000) => jest.advanceTimersByTimeAsync(ms);

const MEBIBYTE = 1024 * 1024;

function laneOf({ from = 0n, at = 'once' }: { from?: bigint; at?: 'once' | 'later' } = {}) {
  const lease = createFakeLease(from);
  const held = createHeldProcess(at);
  const { log, lines } = createCollectingLog();
  const settled: { next: bigint; letters: readonly DeadLetter[] }[] = [];
  const lane = createLane({
    lease,
    process: held.process,
    log,
    onSettled: (next, letters) => settled.push({ next, letters }),
  });
  const take = (first: bigint, last: bigint, bytes = 1) =>
    lane.take(Array.from({ length: Number(last - first) + 1 }, (_, i) => aRecord(first + BigInt(i), bytes)));
  /** Whether a drain has resolved. */
  const draining = () => {
    const state = { isDone: false };
    void lane.drain().then(() => (state.isDone = true));
    return state;
  };
  return { lane, lease, held, lines, settled, take, draining };
}

const nexts = (said: readonly { next: bigint }[]) => said.map(({ next }) => next);

describe('settling', () => {
  test('waits for the record that is first, whatever ends before it', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 3n);
    for (const offset of [3n, 1n, 2n]) held.end(offset);
    await pass();
    expect(lease.said).toEqual([]);
    held.end(0n);
    await pass();
    expect(lease.said).toEqual([{ next: 4n, letters: [] }]);
  });

  test('goes as far as everything has ended', async () => {
    const { lease, held, take, lane } = laneOf({ from: 10n });
    take(10n, 15n);
    for (const offset of [10n, 11n, 13n]) held.end(offset);
    await pass();
    expect(nexts(lease.said)).toEqual([12n]);
    expect(lane.oldest()).toBe(12);
    for (const offset of [12n, 14n]) held.end(offset);
    await pass();
    expect(nexts(lease.said)).toEqual([12n, 15n]);
  });

  test('a record without an end holds up no other, however many come', async () => {
    const { held, take, lease } = laneOf();
    take(0n, 0n);
    for (let first = 1n; first < 3_000n; first += 100n) {
      take(first, first + 99n);
      for (const offset of held.open().slice(1)) held.end(offset);
      await pass();
    }
    expect(held.begun).toHaveLength(3_001);
    expect(lease.said).toEqual([]);
  });

  test('offsets that are not on the topic leave no gap', async () => {
    const { lane, lease, held } = laneOf();
    lane.take([aRecord(3n), aRecord(7n)]);
    for (const offset of [3n, 7n]) held.end(offset);
    await pass();
    expect(nexts(lease.said)).toEqual([8n]);
  });

  test('letters and offset are said in one', async () => {
    const { lease, held, take, settled } = laneOf();
    take(0n, 4n);
    for (const offset of [1n, 3n]) held.end(offset, 'letter');
    for (const offset of [0n, 2n, 4n]) held.end(offset);
    await pass();
    expect(lease.said).toEqual([{ next: 5n, letters: [1n, 3n] }]);
    expect(settled.map(({ next, letters }) => [next, letters.map(({ record }) => record.offset)])).toEqual([
      [5n, [1n, 3n]],
    ]);
  });

  test('a letter behind a record without an end is not set aside yet', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 2n);
    held.end(0n);
    held.end(2n, 'letter');
    await pass();
    expect(lease.said).toEqual([{ next: 1n, letters: [] }]);
  });

  test('what is delivered before the lease begins is passed over', async () => {
    const { lease, held, take } = laneOf({ from: 5n });
    take(3n, 6n);
    expect(held.given).toEqual([5n, 6n]);
    for (const offset of [5n, 6n]) held.end(offset);
    await pass();
    expect(nexts(lease.said)).toEqual([7n]);
  });
});

describe('a commit under way', () => {
  test('what is begun meanwhile is not forgotten', async () => {
    const { lease, held, take } = laneOf();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    lease.answer(() => promise);
    take(0n, 1n);
    for (const offset of [0n, 1n]) held.end(offset);
    await pass();
    take(2n, 3n);
    held.end(3n);
    resolve(undefined);
    await pass();
    expect(nexts(lease.said)).toEqual([2n]);
    held.end(2n);
    await pass();
    expect(nexts(lease.said)).toEqual([2n, 4n]);
  });

  test('there is never a second', async () => {
    const { lease, held, take } = laneOf();
    lease.answer(() => new Promise(() => undefined));
    take(0n, 1n);
    held.end(0n);
    await pass();
    held.end(1n);
    await pass(60_000);
    expect(nexts(lease.said)).toEqual([1n]);
  });
});

describe('a commit that fails', () => {
  test('is tried again, with what has ended since; nothing is settled before', async () => {
    const { lane, lease, held, take, settled } = laneOf();
    lease.answer(() => Promise.reject(new Error('no coordinator')));
    take(0n, 2n);
    held.end(0n, 'letter');
    await pass(100);
    expect(lease.said).toEqual([{ next: 1n, letters: [0n] }]);
    expect(lane.trouble()).toBe('no coordinator');
    held.end(1n, 'letter');
    await pass(10_000);
    expect(settled).toEqual([]);
    expect(lease.said.at(-1)).toEqual({ next: 2n, letters: [0n, 1n] });
    lease.answer(() => Promise.resolve());
    await pass();
    expect(settled.map(({ next }) => next)).toEqual([2n]);
    expect(lane.trouble()).toBeUndefined();
  });

  test('is said once, and so is its end', async () => {
    const { lease, held, take, lines } = laneOf();
    lease.answer(() => Promise.reject(new Error('no coordinator')));
    take(0n, 0n);
    held.end(0n);
    await pass(10_000);
    expect(lease.said.length).toBeGreaterThan(3);
    lease.answer(() => Promise.resolve());
    await pass(10_000);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'what was handled cannot be committed yet'],
      ['info', 'the worker commits again'],
    ]);
    expect(lines[0]?.fields).toMatchObject({ topic: 'orders', partition: 0, error: 'no coordinator' });
  });
});

describe('backpressure', () => {
  test('pauses above 4000 records that wait, and goes on below 2000', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 7_999n);
    expect(held.given).toHaveLength(4_000);
    expect(lease.switched).toEqual([]);
    take(8_000n, 8_000n);
    expect(lease.switched).toEqual(['pause']);
    take(8_001n, 8_500n); // what was on its way
    for (const offset of held.open().slice(0, 1_500)) held.end(offset);
    await pass();
    expect(lease.switched).toEqual(['pause']);
    for (const offset of held.open().slice(0, 1_100)) held.end(offset);
    await pass();
    expect(lease.switched).toEqual(['pause', 'resume']);
  });

  test('pauses above 16 MiB in hand, begun or not, and goes on below 8', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 15n, MEBIBYTE);
    expect(lease.switched).toEqual([]);
    take(16n, 16n, MEBIBYTE);
    expect(lease.switched).toEqual(['pause']);
    expect(held.given).toHaveLength(17);
    for (const offset of held.open().slice(0, 8)) held.end(offset);
    await pass();
    expect(lease.switched).toEqual(['pause']);
    held.end(8n);
    await pass();
    expect(lease.switched).toEqual(['pause', 'resume']);
  });

  test('one record larger than all that is allowed pauses, is handled, and lets go', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 0n, 17 * MEBIBYTE);
    expect(lease.switched).toEqual(['pause']);
    held.end(0n);
    await pass();
    expect(lease.switched).toEqual(['pause', 'resume']);
  });

  test('a record without an end stops the lane at last, and its end sets it going', async () => {
    const { lease, held, take } = laneOf();
    take(0n, 9_000n);
    for (const offset of held.open().slice(1)) held.end(offset);
    await pass();
    expect([held.given.length, lease.switched, lease.said]).toEqual([4_000, ['pause'], []]);
    held.end(0n);
    await pass();
    expect([held.given.length, nexts(lease.said)]).toEqual([8_000, [4_000n]]);
    for (const offset of held.open()) held.end(offset);
    await pass();
    for (const offset of held.open()) held.end(offset);
    await pass();
    expect([held.given.length, nexts(lease.said)]).toEqual([9_001, [4_000n, 8_000n, 9_001n]]);
    expect(lease.switched).toEqual(['pause', 'resume']);
  });

  test('while nothing can be committed no more is begun than fits, and all of it is when that is over', async () => {
    const { lease, held, take } = laneOf();
    lease.answer(() => Promise.reject(new Error('away')));
    take(0n, 4_999n);
    for (const offset of held.open()) held.end(offset);
    await pass(10_000);
    expect(held.given).toHaveLength(4_000);
    lease.answer(() => Promise.resolve());
    await pass();
    expect(held.given).toHaveLength(5_000);
  });
});

describe('drain', () => {
  test('ends at once where nothing is in hand', async () => {
    const { draining } = laneOf();
    const state = draining();
    await pass();
    expect(state.isDone).toBe(true);
  });

  test('what was begun ends and is committed first', async () => {
    const { lease, held, take, draining } = laneOf();
    take(0n, 2n);
    held.end(0n);
    const state = draining();
    await pass();
    expect([state.isDone, nexts(lease.said)]).toEqual([false, [1n]]);
    held.end(2n, 'letter');
    await pass();
    expect(state.isDone).toBe(false);
    held.end(1n);
    await pass();
    expect(state.isDone).toBe(true);
    expect(lease.said).toEqual([
      { next: 1n, letters: [] },
      { next: 3n, letters: [2n] },
    ]);
  });

  test('what was not begun is dropped, and nothing more is taken', async () => {
    const { lease, held, take, draining } = laneOf();
    take(0n, 5_000n);
    const state = draining();
    take(5_001n, 5_010n);
    for (const offset of held.open()) held.end(offset);
    await pass();
    expect(state.isDone).toBe(true);
    expect([held.given.length, nexts(lease.said)]).toEqual([4_000, [4_000n]]);
    expect(lease.switched).toEqual([]);
  });

  test('nothing after the last that was begun is begun, but everything before it is', async () => {
    const { lease, held, take, draining } = laneOf({ at: 'later' });
    take(0n, 4n);
    for (const offset of [0n, 2n]) expect(held.begin(offset)).toBe(true);
    const state = draining();
    expect(held.begin(3n)).toBe(false);
    expect(held.begin(1n)).toBe(true);
    expect(held.begin(4n)).toBe(false);
    for (const offset of [0n, 1n, 2n]) held.end(offset);
    await pass();
    expect(state.isDone).toBe(true);
    expect(nexts(lease.said)).toEqual([3n]);
  });

  test('a commit that fails meanwhile is tried again', async () => {
    const { lease, held, take, draining } = laneOf();
    take(0n, 0n);
    held.end(0n, 'letter');
    let failures = 3;
    lease.answer(() => ((failures -= 1) >= 0 ? Promise.reject(new Error('away')) : Promise.resolve()));
    const state = draining();
    await pass(5_000);
    expect(state.isDone).toBe(true);
    expect(lease.said).toEqual(Array.from({ length: 4 }, () => ({ next: 1n, letters: [0n] })));
  });

  test('a commit that fails on and on is given up, so that the group need not wait', async () => {
    const { lease, held, take, draining } = laneOf();
    take(0n, 0n);
    held.end(0n);
    lease.answer(() => Promise.reject(new Error('not a member')));
    const state = draining();
    await pass(60_000);
    expect(state.isDone).toBe(true);
  });
});

describe('revoke', () => {
  test('nothing is committed any more', async () => {
    const { lane, lease, held, take, settled } = laneOf();
    take(0n, 1n);
    held.end(0n);
    lane.revoke();
    held.end(1n);
    await pass();
    expect([lease.said, settled]).toEqual([[], []]);
  });

  test('nothing is begun any more', () => {
    const { lane, held, take } = laneOf({ at: 'later' });
    take(0n, 2n);
    expect(held.begin(1n)).toBe(true);
    lane.revoke();
    expect(held.begin(0n)).toBe(false);
    expect(held.begin(2n)).toBe(false);
    take(3n, 4n);
    expect(held.given).toEqual([0n, 1n, 2n]);
  });

  test('ends a drain, whatever is still in hand', async () => {
    const { lane, lease, take, draining } = laneOf();
    take(0n, 1n);
    const state = draining();
    await pass();
    lane.revoke();
    await pass();
    expect([state.isDone, lease.said]).toEqual([true, []]);
  });

  test('a commit that fails because of it is not worth a word', async () => {
    const { lane, lease, held, take, lines } = laneOf();
    const { promise, reject } = Promise.withResolvers<undefined>();
    lease.answer(() => promise);
    take(0n, 0n);
    held.end(0n);
    await pass();
    lane.revoke();
    reject(new Error('not ours any more'));
    await pass();
    expect([lines, lane.trouble(), nexts(lease.said)]).toEqual([[], undefined, [1n]]);
  });
});

describe('what is seen from outside', () => {
  test('the age is that of the oldest record in hand', () => {
    const { lane, take } = laneOf();
    expect(lane.oldest()).toBeUndefined();
    take(7n, 9n);
    expect(lane.oldest()).toBe(7);
  });

  test('the record that is first is stuck from when it was begun', async () => {
    const { lane, held, take } = laneOf({ at: 'later' });
    take(0n, 1n);
    await pass(5_000);
    expect(lane.stuckForMs()).toBe(0);
    held.begin(1n);
    held.begin(0n);
    await pass(3_000);
    expect(lane.stuckForMs()).toBe(3_000);
    held.end(0n);
    await pass(1_000);
    expect(lane.stuckForMs()).toBe(4_000);
    held.end(1n);
    expect(lane.stuckForMs()).toBe(4_000);
    await pass(0);
    expect(lane.stuckForMs()).toBe(0);
  });
});
