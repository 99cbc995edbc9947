import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCoalescingQueue } from '../../src/publishing/coalescing-queue.ts';
import { PublishError } from '../../src/publishing/publish-error.ts';

interface Item {
  readonly id: number;
  readonly bytes: number;
  /** The backend takes no batch that holds it. */
  readonly bad: boolean;
}

/** What becomes of a batch that holds no bad item. */
type Fate = 'written' | 'lost' | 'refused' | 'broken';

const MAX_ITEMS = 4;
const MAX_BYTES = 100;
/** No deadline that matters here; coalescing-queue-deadlines.test.ts has those. */
const later = () => performance.now() + 60_000;

const tooLarge = () =>
  new PublishError({ outcome: 'rejected', reason: 'too_large', retriable: false, message: 'too large' });
const error = (outcome: 'rejected' | 'unknown', retriable: boolean) =>
  new PublishError({ outcome, reason: 'backend_error', retriable, message: `${outcome} ${retriable}` });

/** A queue before a backend that does with each batch what `fateOf` says, and all that backend saw. */
function queueWith(fateOf: () => Fate) {
  const batches: (readonly Item[])[] = [];
  const written: number[] = [];
  const sent = new Map<number, Fate[]>();
  let underWay = 0;
  let mostUnderWay = 0;
  const queue = createCoalescingQueue<Item, number>({
    send: async (take) => {
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      const batch = take();
      batches.push(batch);
      await turn();
      const bad = batch.some((item) => item.bad);
      const fate = bad ? 'refused' : fateOf();
      for (const { id } of batch) sent.set(id, [...(sent.get(id) ?? []), fate]);
      underWay -= 1;
      if (bad) throw tooLarge();
      if (fate === 'refused') throw error('rejected', true);
      if (fate === 'broken') throw new Error('not a PublishError');
      written.push(...batch.map(({ id }) => id));
      if (fate === 'lost') throw error('unknown', true);
      return batch.map(({ id }) => id * 10);
    },
    sizeOf: ({ bytes }) => bytes,
    maxBatchBytes: MAX_BYTES,
    maxBatchItems: MAX_ITEMS,
    timeoutMs: 1_000,
    stillUnderWay: () => new PublishError({ outcome: 'unknown', reason: 'timeout', retriable: true, message: 'x' }),
  });
  return { queue, batches, written, sent, mostUnderWay: () => mostUnderWay };
}

const anItem = (id: number, changes: Partial<Item> = {}): Item => ({ id, bytes: 1, bad: false, ...changes });

const arrival = fc.record({
  bytes: fc.integer({ min: 1, max: 120 }),
  bad: fc.boolean().chain((maybe) => (maybe ? fc.boolean() : fc.constant(false))),
  pause: fc.integer({ min: 0, max: 3 }),
});
const fates: fc.Arbitrary<fc.Stream<Fate>> = fc.infiniteStream(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Fate>('written') },
    { weight: 1, arbitrary: fc.constantFrom<Fate>('lost', 'refused', 'broken') },
  ),
);

test('whatever arrives and whatever becomes of it, every item is answered, in order, within the bounds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 40, size: 'max' }), fates, async (arrivals, stream) => {
      const backend = queueWith(() => [...stream.take(1)][0] ?? 'written');
      const answers: Promise<PromiseSettledResult<number>[]>[] = [];
      for (const [id, { bytes, bad, pause }] of arrivals.entries()) {
        answers.push(Promise.allSettled([backend.queue.add({ id, bytes, bad }, later())]));
        for (let turns = 0; turns < pause; turns += 1) await turn();
      }
      const outcomes = (await Promise.all(answers)).flat();
      await backend.queue.idle();

      expect(backend.mostUnderWay()).toBeLessThanOrEqual(1);
      for (const batch of backend.batches) {
        expect(batch.length).toBeGreaterThanOrEqual(1);
        expect(batch.length).toBeLessThanOrEqual(MAX_ITEMS);
        const bytes = batch.reduce((sum, item) => sum + item.bytes, 0);
        if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
      }
      expect(backend.written).toEqual([...new Set(backend.written)].sort((a, b) => a - b));
      outcomes.forEach((outcome, id) => {
        const tries = backend.sent.get(id) ?? [];
        const last = tries.at(-1);
        // Only what was certainly not written is ever sent again.
        expect(tries.slice(0, -1).every((fate) => fate === 'refused')).toBe(true);
        if (outcome.status === 'fulfilled') expect([outcome.value, last]).toEqual([id * 10, 'written']);
        else {
          const { outcome: known } = outcome.reason as PublishError;
          expect(known).toBe(last === 'refused' ? 'rejected' : 'unknown');
        }
        if (arrivals[id]?.bad === true) expect(outcome.status).toBe('rejected');
      });
    }),
    { numRuns: 200 },
  );
});

describe('batches', () => {
  test('hold what arrived while the one before was under way', async () => {
    const { queue, batches } = queueWith(() => 'written');
    const first = queue.add(anItem(0), later());
    await turn();
    await Promise.all([
      first,
      queue.add(anItem(1), later()),
      queue.add(anItem(2), later()),
      queue.add(anItem(3), later()),
    ]);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([[0], [1, 2, 3]]);
  });

  test('hold an item that is larger than a batch alone', async () => {
    const { queue, batches } = queueWith(() => 'written');
    await Promise.all([
      queue.add(anItem(0), later()),
      queue.add(anItem(1, { bytes: 1_000 }), later()),
      queue.add(anItem(2), later()),
    ]);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([[0], [1], [2]]);
  });

  test('that hold a bad item fail for that item alone', async () => {
    const { queue, sent } = queueWith(() => 'written');
    const outcomes = await Promise.allSettled(
      [0, 1, 2, 3].map((id) => queue.add(anItem(id, { bad: id === 2 }), later())),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(sent.get(2)).toEqual(['refused', 'refused', 'refused']);
  });

  test('that were refused are halved until the item at fault is alone, in their order', async () => {
    const { queue, batches } = queueWith(() => 'written');
    const refused = [0, 1].map((id) => Promise.allSettled([queue.add(anItem(id, { bad: id === 1 }), later())]));
    await turn();
    const others = [2, 3].map((id) => queue.add(anItem(id), later()));
    await Promise.all([...refused, ...others]);
    expect(batches.map((batch) => batch.map(({ id }) => id))).toEqual([[0, 1], [0], [1, 2], [1], [2], [3]]);
  });

  test('of one bad item are not sent again', async () => {
    const { queue, batches } = queueWith(() => 'written');
    await expect(queue.add(anItem(0, { bad: true }), later())).rejects.toMatchObject({ retriable: false });
    await queue.idle();
    expect(batches).toHaveLength(1);
  });

  test.each<[Fate, object]>([
    ['refused', { outcome: 'rejected', retriable: true }],
    ['lost', { outcome: 'unknown', retriable: true }],
    ['broken', { outcome: 'unknown', retriable: false }],
  ])('that fail as a whole (%s) are not sent again', async (fate, expected) => {
    const { queue, batches } = queueWith(() => fate);
    const answers = [0, 1, 2].map((id) => queue.add(anItem(id), later()));
    for (const answer of answers) await expect(answer).rejects.toMatchObject(expected);
    await queue.idle();
    expect(batches).toHaveLength(1);
  });
});

test('a failure before anything was taken fails everything that waits', async () => {
  let calls = 0;
  const queue = createCoalescingQueue<Item, number>({
    send: () => {
      calls += 1;
      return Promise.reject(error('rejected', false));
    },
    sizeOf: ({ bytes }) => bytes,
    maxBatchBytes: MAX_BYTES,
    maxBatchItems: 1,
    timeoutMs: 1_000,
    stillUnderWay: () => new PublishError({ outcome: 'unknown', reason: 'timeout', retriable: true, message: 'x' }),
  });
  const answers = [0, 1, 2].map((id) => queue.add(anItem(id), later()));
  for (const answer of answers) await expect(answer).rejects.toMatchObject({ outcome: 'rejected' });
  await queue.idle();
  expect(calls).toBe(1);
});

test('a backend that answers for another number of items has told nothing', async () => {
  const queue = createCoalescingQueue<Item, number>({
    send: (take) => Promise.resolve([...take(), 'one too many'].map((_, i) => i)),
    sizeOf: ({ bytes }) => bytes,
    maxBatchBytes: MAX_BYTES,
    maxBatchItems: MAX_ITEMS,
    timeoutMs: 1_000,
    stillUnderWay: () => new PublishError({ outcome: 'unknown', reason: 'timeout', retriable: true, message: 'x' }),
  });
  await expect(queue.add(anItem(0), later())).rejects.toMatchObject({ outcome: 'unknown' });
});

test('a queue nothing was added to is idle', async () => {
  await expect(queueWith(() => 'written').queue.idle()).resolves.toBeUndefined();
});
