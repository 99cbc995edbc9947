/** Any commands in any order, also those of claims that ended long ago, against a simple model of what they come to. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, ClaimKeys, KeyName, Outcome } from '../../src/idempotency/claim-store.ts';
import { anOutcome, HOLD_MS, type ClaimsHarness } from './claims-harness.ts';

interface Entry {
  readonly claim: Claim;
  readonly since: number;
  /** Passed time at which nobody may take it before; the store's own clock may be some ms further. */
  readonly endsAt: number;
  readonly until: number;
  readonly abandoned: boolean;
}

interface Model {
  passed: number;
  readonly held: Map<string, Entry>;
  readonly done: Map<string, Outcome>;
  readonly claims: Claim[];
}

type Command = fc.AsyncCommand<Model, ClaimsHarness>;

const REQUESTS: readonly ClaimKeys[] = [
  { request: 'r0', order: 'o0' },
  { request: 'r1', order: 'o0' },
  { request: 'r2', order: 'o1' },
  { request: 'r3' },
];
const namesOf = ({ request, order }: ClaimKeys) => [request, ...(order === undefined ? [] : [order])];
/** As long as real ones, so that it is kept as it is. */
const fingerprintFor = (text: string) => text.padEnd(22, 'A');

const claim = (keys: ClaimKeys): Command => ({
  check: () => true,
  async run(model, { claims }) {
    const answer = await claims.claim({ keys, fingerprint: fingerprintFor(keys.request) });
    for (const name of namesOf(keys)) {
      const by = name === keys.request ? 'request' : 'order';
      const outcome = model.done.get(name);
      if (outcome !== undefined) {
        expect(answer).toEqual({ kind: 'done', by, outcome });
        return;
      }
      const entry = model.held.get(name);
      if (entry !== undefined && entry.endsAt > model.passed) {
        const { abandoned, claim: theirs } = entry;
        expect(answer).toMatchObject({ kind: 'held', by, abandoned, fingerprint: theirs.fingerprint });
        return;
      }
    }
    if (answer.kind !== 'mine') throw new Error(`not taken, but ${JSON.stringify(answer)}`);
    const over = namesOf(keys).flatMap((name) => model.held.get(name) ?? []);
    const since = Math.min(...over.map((entry) => entry.since));
    const until = Math.max(...over.map((entry) => entry.until));
    expect(answer.claim.doubt).toEqual(over.length === 0 ? undefined : { since, until });
    const { claimedAt } = answer.claim;
    const times = { since: Math.min(since, claimedAt), endsAt: model.passed + HOLD_MS, until: claimedAt + HOLD_MS };
    for (const name of namesOf(keys)) model.held.set(name, { claim: answer.claim, ...times, abandoned: false });
    model.claims.push(answer.claim);
  },
  toString: () => `claim ${namesOf(keys).join(' ')}`,
});

const HOWS = ['complete', 'release', 'unsettle', 'abandon'] as const;

const end = (how: (typeof HOWS)[number], which: number): Command => ({
  check: ({ claims }) => claims.length > 0,
  async run(model, { claims }) {
    const ended = model.claims[which % model.claims.length];
    if (ended === undefined) return;
    const { doubt } = ended;
    const names = namesOf(ended.keys);
    const ours = names.filter((name) => model.held.get(name)?.claim.token === ended.token);
    switch (how) {
      case 'complete': {
        const outcome = anOutcome(ended.keys.request, ended.claimedAt);
        await claims.complete(ended, outcome);
        const free = names.filter((name) => ours.includes(name) || !model.held.has(name));
        for (const name of free.filter((each) => !model.done.has(each))) model.done.set(name, outcome);
        for (const name of ours) model.held.delete(name);
        break;
      }
      case 'release':
        expect(await claims.release(ended)).toBe(isDeepStrictEqual(ours, names));
        for (const name of ours) model.held.delete(name);
        break;
      case 'unsettle':
        await claims.unsettle(ended);
        for (const name of ours) {
          const entry = model.held.get(name);
          if (doubt === undefined || entry === undefined) model.held.delete(name);
          else model.held.set(name, { ...entry, ...doubt, endsAt: 0, abandoned: true });
        }
        break;
      case 'abandon':
        await claims.abandon(ended);
        for (const name of ours) {
          const entry = model.held.get(name);
          if (entry !== undefined) model.held.set(name, { ...entry, abandoned: true });
        }
    }
  },
  toString: () => `${how} ${which}`,
});

/** The log has what the first, the second or another request has made of a claim's order or its id. */
const settle = (which: number, by: KeyName, maker: string, same: boolean): Command => ({
  check: ({ claims }) => claims[which % claims.length]?.doubt !== undefined,
  async run(model, { claims }) {
    const ended = model.claims[which % model.claims.length];
    if (ended?.doubt === undefined) return;
    const { doubt, token, keys } = ended;
    const order = by === 'order' || same ? keys.order : undefined;
    const made = by === 'request' ? keys.request : maker;
    const outcome = {
      ...anOutcome(made, ended.claimedAt),
      fingerprint: same ? ended.fingerprint : fingerprintFor('other'),
    };
    await claims.settle({ ...ended, doubt }, { by, outcome });
    const isOurs = (name: string) => model.held.get(name)?.claim.token === token;
    if (order !== undefined && (isOurs(order) || !model.held.has(order)) && !model.done.has(order)) {
      model.done.set(order, outcome);
    }
    for (const name of namesOf(keys)) {
      const entry = model.held.get(name);
      if (entry === undefined || !isOurs(name)) continue;
      if (name === keys.request || name === order) model.held.delete(name);
      else model.held.set(name, { ...entry, ...doubt, endsAt: 0, abandoned: true });
    }
    if (!model.done.has(made)) model.done.set(made, outcome);
    model.held.delete(made);
  },
  toString: () => `settle ${which} by ${by}, made by ${maker}, ${same ? 'same' : 'other'}`,
});

const pass = (ms: number): Command => ({
  check: () => true,
  async run(model, harness) {
    model.passed += ms;
    await harness.pass(ms);
  },
  toString: () => `pass ${ms}`,
});

const COMMANDS = [
  fc.constantFrom(...REQUESTS).map(claim),
  fc.tuple(fc.constantFrom(...HOWS), fc.nat(20)).map(([how, which]) => end(how, which)),
  fc
    .tuple(fc.nat(20), fc.constantFrom<KeyName>('request', 'order'), fc.constantFrom('r0', 'r1', 'r4'), fc.boolean())
    .map((settled) => settle(...settled)),
  fc.constantFrom(HOLD_MS / 3, HOLD_MS).map(pass),
];

/** Rejects with the shortest commands that were found on which the store and the model differ. */
export async function assertLikeModel(harness: ClaimsHarness, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 40 }), async (commands) => {
      await harness.empty();
      const model: Model = { passed: 0, held: new Map(), done: new Map(), claims: [] };
      await fc.asyncModelRun(() => ({ model, real: harness }), commands);
    }),
    { numRuns },
  );
}
