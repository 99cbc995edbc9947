import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { v5 as uuidv5 } from 'uuid';
import type { Outcome } from '../../src/idempotency/claim-store.ts';
import { createOutcomes } from '../../src/idempotency/outcomes.ts';

const NAMESPACE = '3f8a1c52-7d64-4b0e-9a35-c1e7d2b86f90';
const eventIdOf = (n: number) => uuidv5(`event-${n}`, NAMESPACE);
const fingerprintOf = (n: number) =>
  Buffer.from(uuidv5(`said-${n}`, NAMESPACE).replaceAll('-', ''), 'hex').toString('base64url');

function outcome(event: number, changes: Partial<Outcome> = {}): Outcome {
  return {
    eventId: eventIdOf(event),
    requestId: `request-${event}`,
    fingerprint: fingerprintOf(event),
    backend: 'kafka',
    topic: 'orders',
    partition: 3,
    offset: String(event),
    timestamp: 1_000 + event,
    ...changes,
  };
}

const MANY = { max: 100_000, ttlMs: Infinity };

test('an outcome comes back as it was, by its request and by its order', () => {
  const outcomes = createOutcomes(MANY);
  const kept = [
    outcome(1, { offset: '18446744073709551615', partition: 4_294_967_295 }),
    outcome(2, { requestId: '12a12d25-ba3b-4aad-9603-3695c2636b68', backend: 'memory', topic: 'other' }),
    outcome(3, { requestId: '12A12D25-BA3B-4AAD-9603-3695C2636B68', eventId: 'urn:uuid:not one of ours' }),
  ];
  for (const [i, one] of kept.entries()) outcomes.remember({ order: `order-${i}` }, one);
  for (const [i, one] of kept.entries()) {
    expect(outcomes.find({ request: one.eventId })).toEqual({ by: 'request', outcome: one });
    expect(outcomes.find({ request: eventIdOf(99), order: `order-${i}` })).toEqual({ by: 'order', outcome: one });
    expect(outcomes.has(one.eventId, one)).toBe(true);
    expect(outcomes.has(one.eventId, { ...one, offset: '7' })).toBe(false);
  }
  expect(outcomes.find({ request: eventIdOf(99), order: 'nobody' })).toBeUndefined();
});

test('keeps what a map of the first on the log would keep', () => {
  const step = fc.record({
    event: fc.integer({ min: 0, max: 12 }),
    order: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
    offset: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const outcomes = createOutcomes(MANY);
      const byRequest = new Map<string, Outcome>();
      const byOrder = new Map<string, Outcome>();
      const keepFirst = (map: Map<string, Outcome>, key: string, one: Outcome) => {
        const known = map.get(key);
        if (known === undefined || BigInt(one.offset) < BigInt(known.offset)) map.set(key, one);
      };
      for (const { event, order, offset } of steps) {
        const one = outcome(event, { offset: String(offset) });
        const name = order === undefined ? undefined : `order-${order}`;
        outcomes.remember(name === undefined ? {} : { order: name }, one);
        keepFirst(byRequest, one.eventId, one);
        if (name !== undefined) keepFirst(byOrder, name, one);
        for (const [request, kept] of byRequest) expect(outcomes.find({ request })?.outcome).toEqual(kept);
        for (const [kept, first] of byOrder) {
          expect(outcomes.find({ request: eventIdOf(99), order: kept })?.outcome).toEqual(first);
        }
      }
    }),
    { numRuns: 100 },
  );
});

describe('room', () => {
  test.each([1, 2, 7, 8, 100, 1_000])('for %d: never more, never less than seven eighths of the latest', (max) => {
    const outcomes = createOutcomes({ max, ttlMs: Infinity });
    const count = 3 * max + 5;
    for (let i = 0; i < count; i += 1) {
      outcomes.remember({ order: `order-${i}` }, outcome(i));
      expect(outcomes.size()).toBeLessThanOrEqual(max);
    }
    const kept = Math.max(1, Math.floor((max * 7) / 8) - 7);
    for (let i = count - kept; i < count; i += 1) expect(outcomes.find({ request: eventIdOf(i) })?.by).toBe('request');
    expect(outcomes.find({ request: eventIdOf(0), order: 'order-0' })).toBeUndefined();
  });

  test('what was forgotten is known by its time and its place', () => {
    const outcomes = createOutcomes({ max: 8, ttlMs: Infinity });
    for (let i = 10; i < 18; i += 1) outcomes.remember({}, outcome(i));
    expect(outcomes.hasForgotten(3, 0, 100n)).toBe(false);
    outcomes.remember({}, outcome(18));
    expect(outcomes.hasForgotten(3, 0, 100n)).toBe(true); // offset 10, stamped at 1,010
    expect(outcomes.hasForgotten(3, 1_010, 11n)).toBe(true);
    expect(outcomes.hasForgotten(3, 1_011, 11n)).toBe(false);
    expect(outcomes.hasForgotten(3, 0, 10n)).toBe(false);
    expect(outcomes.hasForgotten(2, 0, 100n)).toBe(false);
  });
});

test('what is older than the TTL is not found, and not taken in', () => {
  let now = 2_000;
  const outcomes = createOutcomes({ max: 8, ttlMs: 500, clock: () => now });
  outcomes.remember({ order: 'a' }, outcome(1, { timestamp: 1_600 }));
  outcomes.remember({ order: 'b' }, outcome(2, { timestamp: 1_400 }));
  expect(outcomes.find({ request: eventIdOf(1) })?.by).toBe('request');
  expect(outcomes.find({ request: eventIdOf(2), order: 'b' })).toBeUndefined();
  now = 2_200;
  expect(outcomes.find({ request: eventIdOf(1), order: 'a' })).toBeUndefined();
});
