import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTimeIndex, type TimeEntry } from '../../src/orders/time-index.ts';

const inOrder = (a: TimeEntry, b: TimeEntry) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

type Step =
  { kind: 'add'; at: number } | { kind: 'remove' } | { kind: 'read'; limit: number; before: number | undefined };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), at: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      before: fc.option(fc.integer({ min: 0, max: 21 }), { nil: undefined }),
    }),
  },
);

test('it does what a sorted array does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
      const index = createTimeIndex();
      let model: TimeEntry[] = [];
      steps.forEach((next, i) => {
        if (next.kind === 'add') {
          const entry = { at: next.at, id: `id-${i}` };
          index.add(entry);
          model = [...model, entry].sort(inOrder);
        } else if (next.kind === 'remove') {
          expect(index.removeOldest()).toEqual(model.shift());
        } else {
          const before = next.before === undefined ? undefined : { at: next.before, id: `id-${i >> 1}` };
          const expected = model.filter((entry) => before === undefined || inOrder(entry, before) < 0).reverse();
          expect(index.newestFirst(next.limit, before)).toEqual(expected.slice(0, next.limit));
        }
        expect(index.size()).toBe(model.length);
      });
    }),
    { numRuns: 500 },
  );
});

test('it goes on right after thousands have been removed', () => {
  const index = createTimeIndex();
  for (let at = 0; at < 5_000; at += 1) index.add({ at, id: 'x' });
  for (let at = 0; at < 3_000; at += 1) expect(index.removeOldest()).toEqual({ at, id: 'x' });
  index.add({ at: 10, id: 'late' });
  expect(index.size()).toBe(2_001);
  expect(index.removeOldest()).toEqual({ at: 10, id: 'late' });
  expect(index.newestFirst(2)).toEqual([
    { at: 4_999, id: 'x' },
    { at: 4_998, id: 'x' },
  ]);
  expect(index.newestFirst(10, { at: 3_001, id: 'x' })).toEqual([{ at: 3_000, id: 'x' }]);
});
