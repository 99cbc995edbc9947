/** A seed that failed must fail again: the same faults in the same order. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FAULTS, kindsFor } from '../chaos/fault-kinds.ts';
import { planFaults, type PlannedFault, type PlanOptions } from '../chaos/plan.ts';

const KINDS = kindsFor('redis');

describe('the plan of a chaos run', () => {
  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(faults({ seed }, 100)).toEqual(faults({ seed }, 100));
      }),
    );
  });

  test('is another one for another seed', () => {
    expect(faults({ seed: 1 }, 20)).not.toEqual(faults({ seed: 2 }, 20));
  });

  test('has every kind once before any comes again', () => {
    const first = faults({ seed: 3 }, KINDS.length).map(({ kind }) => kind);
    expect(first.toSorted()).toEqual([...KINDS].sort());
  });

  test('strikes only what there is, for as long as the kind says', () => {
    for (const { kind, replica, broker, lastsMs, afterMs } of faults({ seed: 4 }, 500)) {
      expect([0, 1, 2]).toContain(replica);
      expect([1, 2, 3]).toContain(broker);
      const [shortest, longest] = FAULTS[kind].lastsMs;
      expect(lastsMs).toBeGreaterThanOrEqual(shortest);
      expect(lastsMs).toBeLessThanOrEqual(longest);
      expect(afterMs).toBeGreaterThanOrEqual(1_000);
      expect(afterMs).toBeLessThanOrEqual(2_000);
    }
  });
});

function faults(changes: Partial<PlanOptions>, count: number): PlannedFault[] {
  const plan = planFaults({
    seed: 1,
    kinds: KINDS,
    replicas: 3,
    brokers: 3,
    pauseMs: [1_000, 2_000],
    ...changes,
  });
  return Array.from({ length: count }, () => plan.next().value);
}
