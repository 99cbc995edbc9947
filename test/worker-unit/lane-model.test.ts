/**
 * Property: whatever ends when, however commits fail, and whenever the lane is drained or revoked, nothing is committed that has
 * no end, every letter is set aside once, with the offset that covers it, and in the end what was begun is committed.
 *
 * The model is what a broker would hold: the group's offset and the letters. It changes with a commit that succeeds and with
 * none that fails.
 */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { fakePauses } from '../support/fake-pauses.ts';
import { createHeldProcess } from '../support/held-process.ts';
import { silentLog } from '../support/silent-log.ts';
import { aRecord, createFakeLease, type Said } from '../support/worker.ts';

fakePauses();
const { createLane } = await import('../../src/worker/lane.ts');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);

/** So often at least a drain tries to commit. */
const TRIES_AT_LEAST = 5;

type Step =
  | { readonly kind: 'take'; readonly gaps: readonly number[] }
  | { readonly kind: 'begin'; readonly which: number }
  | { readonly kind: 'end'; readonly which: number; readonly how: 'done' | 'letter' }
  | { readonly kind: 'commits'; readonly how: 'work' | 'fail' | 'wait' }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'all' | 'drain' | 'revoke' };

const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('take' as const),
      gaps: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('begin' as const), which }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('end' as const), which, how: fc.constantFrom('done', 'done', 'letter') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('commits' as const), how: fc.constantFrom('work', 'fail', 'wait') }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 400 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('all' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('drain' as const) }) },
);
/** Some lanes are revoked at some moment. */
const steps = fc
  .tuple(fc.array(step, { maxLength: 60, size: 'max' }), fc.option(fc.nat(60), { freq: 2 }))
  .map(([drawn, at]) =>
    at === null ? drawn : [...drawn.slice(0, at), { kind: 'revoke' as const }, ...drawn.slice(at)],
  );

/** A lane over a model of the broker. */
function createWorld(from: bigint) {
  const held = createHeldProcess('later');
  const lease = createFakeLease(from);
  const delivered: bigint[] = [];
  const ended = new Map<bigint, 'done' | 'letter'>();
  const setAside: bigint[] = [];
  const onSettled: { readonly next: bigint; readonly letters: readonly bigint[] }[] = [];
  const settledAs: Said[] = [];
  let committed = from;
  let isRevoked = false;
  let how: 'work' | 'fail' | 'wait' = 'work';
  let waiting: PromiseWithResolvers<undefined> | undefined;
  /** Of the moment of the drain. */
  let begunTo: bigint | undefined;
  let isDrained = false;
  /** Since the drain; after some it is given up. */
  let failures = 0;
  /** The first rule that was broken: the lane would take what is thrown at it for a failure. */
  let broken: string | undefined;

  const lane = createLane({
    lease,
    process: held.process,
    log: silentLog,
    onSettled: (next, letters) => onSettled.push({ next, letters: letters.map(({ record }) => record.offset) }),
  });

  lease.answer(async (said) => {
    const { next, letters } = said;
    broken ??= breach(said);
    if (how === 'wait') {
      waiting = Promise.withResolvers();
      await waiting.promise.finally(() => (waiting = undefined)).catch(fail);
    } else if (how === 'fail') fail();
    committed = next;
    setAside.push(...letters);
    settledAs.push(said);
  });

  /** What a commit says that it must not, in words. */
  function breach({ next, letters }: Said): string | undefined {
    if (isRevoked) return 'a commit after the lease';
    if (waiting !== undefined) return 'a second commit beside the first';
    const covered = delivered.filter((offset) => offset >= committed && offset < next);
    if (covered.at(-1) !== next - 1n) return `${next} follows no record, or was committed before`;
    const unfinished = covered.filter((offset) => !ended.has(offset));
    if (unfinished.length > 0) return `${next} is beyond ${String(unfinished)}`;
    const due = covered.filter((offset) => ended.get(offset) === 'letter');
    return String(letters) === String(due) ? undefined : `letters ${String(letters)} instead of ${String(due)}`;
  }

  function fail(): never {
    if (begunTo !== undefined) failures += 1;
    throw new Error('no coordinator');
  }

  /** Begun and without an end. */
  const underWay = () => held.open().filter((offset) => held.begun.includes(offset));
  const waitingToBegin = () => held.open().filter((offset) => !held.begun.includes(offset));

  function begin(offset: bigint): void {
    const mayBegin = !isRevoked && (begunTo === undefined || offset <= begunTo);
    expect({ offset, begun: held.begin(offset) }).toEqual({ offset, begun: mayBegin });
  }

  function end(offset: bigint, as: 'done' | 'letter'): void {
    ended.set(offset, as);
    held.end(offset, as);
  }

  /** Everything gets its turn and its end. */
  function all(): void {
    for (const offset of waitingToBegin()) begin(offset);
    for (const offset of underWay()) end(offset, 'done');
  }

  function drain(): void {
    if (begunTo !== undefined) return;
    begunTo = held.begun.reduce((most, offset) => (offset > most ? offset : most), from - 1n);
    void lane.drain().then(() => {
      isDrained = true;
      if (!isRevoked && held.open().length > 0) broken ??= 'a drain has ended before what was begun';
    });
  }

  function commits(next: typeof how): void {
    how = next;
    if (next === 'work') waiting?.resolve(undefined);
    if (next === 'fail') waiting?.reject(new Error('no answer'));
  }

  return {
    async run(next: Step): Promise<void> {
      switch (next.kind) {
        case 'take': {
          const offsets: bigint[] = [];
          for (const gap of next.gaps) offsets.push((offsets.at(-1) ?? delivered.at(-1) ?? from - 3n) + BigInt(gap));
          if (begunTo === undefined && !isRevoked) delivered.push(...offsets.filter((offset) => offset >= from));
          lane.take(offsets.map((offset) => aRecord(offset)));
          break;
        }
        case 'begin': {
          const those = waitingToBegin();
          const offset = those[next.which % those.length];
          if (offset !== undefined) begin(offset);
          break;
        }
        case 'end': {
          const those = underWay();
          const offset = those[next.which % those.length];
          if (offset !== undefined) end(offset, next.how);
          break;
        }
        case 'commits':
          commits(next.how);
          break;
        case 'pass':
          await pass(next.ms);
          break;
        case 'all':
          all();
          break;
        case 'drain':
          drain();
          break;
        case 'revoke':
          isRevoked = true;
          lane.revoke();
          break;
      }
    },
    /** Everything gets its turn, its end and its commit. */
    async finish(): Promise<void> {
      commits('work');
      all();
      await pass(1_000);
    },
    check(): void {
      expect(broken).toBeUndefined();
      expect(onSettled.map(({ next, letters }) => ({ next, letters }))).toEqual(settledAs);
      expect(setAside).toEqual(delivered.filter((offset) => offset < committed && ended.get(offset) === 'letter'));
      if (begunTo !== undefined) expect(isDrained).toBe(true);
      if (isRevoked || failures >= TRIES_AT_LEAST) return;
      // Everything that was begun, and of the rest what was taken before a drain: nothing.
      const last = delivered.filter((offset) => begunTo === undefined || offset <= begunTo).at(-1);
      expect(committed).toBe(last === undefined ? from : last + 1n);
      expect(lane.trouble()).toBeUndefined();
    },
  };
}

test('nothing is committed that has no end, nothing is lost, no letter is set aside twice', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (drawn) => {
      const world = createWorld(5n);
      for (const next of drawn) await world.run(next);
      await world.finish();
      world.check();
    }),
    { numRuns: 500 },
  );
});
