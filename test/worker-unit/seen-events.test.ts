import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSeenEvents } from '../../src/worker/seen-events.ts';

test('it remembers what is added, up to its bound, and forgets the first', () => {
  const seen = createSeenEvents(2);
  for (const id of ['a', 'b', 'c']) seen.add(id);
  expect(['a', 'b', 'c'].map((id) => seen.has(id))).toEqual([false, true, true]);
});

test('what is added once more is no younger for it', () => {
  const seen = createSeenEvents(2);
  for (const id of ['a', 'b', 'a', 'c']) seen.add(id);
  expect(['a', 'b', 'c'].map((id) => seen.has(id))).toEqual([false, true, true]);
});

test('it does what an array does', () => {
  const id = fc.integer({ min: 0, max: 12 }).map(String);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(id, { maxLength: 200, size: 'max' }), (max, ids) => {
      const seen = createSeenEvents(max);
      let model: string[] = [];
      for (const each of ids) {
        seen.add(each);
        if (!model.includes(each)) model = [...model, each].slice(-max);
        for (let i = 0; i <= 12; i += 1) expect(seen.has(String(i))).toBe(model.includes(String(i)));
      }
    }),
  );
});
