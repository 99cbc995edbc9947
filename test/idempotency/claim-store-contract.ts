import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Claim, ClaimAnswer, ClaimKeys, ClaimStore, DoubtfulClaim } from '../../src/idempotency/claim-store.ts';
import { anOutcome, HOLD_MS, type ClaimsHarness } from './claims-harness.ts';

/** What every claim store promises: the same suite for all. */
export function claimStoreContract(name: string, open: () => Promise<ClaimsHarness>): void {
  describe(`the ${name} claim store`, () => {
    let harness: ClaimsHarness;
    let claims: ClaimStore;
    beforeAll(async () => {
      harness = await open();
      ({ claims } = harness);
    });
    beforeEach(() => harness.empty());
    afterAll(() => harness.close());

    const ask = (keys: ClaimKeys, fingerprint = 'as-said-as-said-as-saQ'): Promise<ClaimAnswer> =>
      claims.claim({ keys, fingerprint });
    const take = async (keys: ClaimKeys, fingerprint?: string): Promise<Claim> => {
      const answer = await ask(keys, fingerprint);
      if (answer.kind !== 'mine') throw new Error(`not taken, but ${answer.kind}`);
      return answer.claim;
    };

    const takeOver = async (keys: ClaimKeys, fingerprint?: string): Promise<DoubtfulClaim> => {
      await harness.pass(HOLD_MS);
      const { doubt, ...claim } = await take(keys, fingerprint);
      if (doubt === undefined) throw new Error('taken without a doubt');
      return { ...claim, doubt };
    };

    test('is healthy', async () => {
      await expect(claims.health()).resolves.toMatchObject({
        status: 'pass',
        detail: expect.stringMatching(/^[^\n]+$/),
      });
    });

    test('grants a fresh claim without doubt', async () => {
      const keys = post();
      const claim = await take(keys);
      expect(claim).toEqual({
        keys,
        fingerprint: 'as-said-as-said-as-saQ',
        token: expect.any(String),
        claimedAt: expect.any(Number),
      });
    });

    test('tells who asks next that it is held, by which key, with what fingerprint and for how long', async () => {
      const keys = post();
      await take(keys, 'one');
      await harness.pass(10_000);
      const bySameRequest = await ask(keys, 'two');
      expect(bySameRequest).toMatchObject({ kind: 'held', by: 'request', fingerprint: 'one', abandoned: false });
      const bySameOrder = await ask({ ...keys, request: randomUUID() }, 'two');
      expect(bySameOrder).toMatchObject({ kind: 'held', by: 'order', fingerprint: 'one', abandoned: false });
      if (bySameOrder.kind !== 'held') throw new Error('not held');
      expect(bySameOrder.heldForMs).toBeGreaterThanOrEqual(10_000);
      expect(bySameOrder.remainingMs).toBeLessThanOrEqual(HOLD_MS - 10_000);
      expect(bySameOrder.heldForMs + bySameOrder.remainingMs).toBe(HOLD_MS);
    });

    test('takes all keys or none', async () => {
      const one = post();
      await take(one);
      const other = { request: randomUUID(), order: one.order };
      await expect(ask(other)).resolves.toMatchObject({ kind: 'held', by: 'order' });
      await expect(ask({ request: other.request })).resolves.toMatchObject({ kind: 'mine' });
    });

    test('grants one of many claims at once', async () => {
      const { order } = post();
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask({ request: randomUUID(), order })));
      expect(answers.filter(({ kind }) => kind === 'mine')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'held')).toHaveLength(49);
    });

    test('keeps a request and an order of the same name apart', async () => {
      const { request, order } = { request: randomUUID(), order: randomUUID() };
      await take({ request, order });
      await take({ request: order });
      await take({ request: randomUUID(), order: request });
    });

    test('tells the outcome to whoever has one of the keys', async () => {
      const keys = post();
      const claim = await take(keys);
      const outcome = anOutcome(keys.request, claim.claimedAt);
      await claims.complete(claim, outcome);
      await harness.pass(HOLD_MS);
      await expect(ask(keys)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
      await expect(ask({ request: keys.request })).resolves.toEqual({ kind: 'done', by: 'request', outcome });
      await expect(ask({ ...keys, request: randomUUID() })).resolves.toEqual({ kind: 'done', by: 'order', outcome });
    });

    test('tells the outcome of a request without an order', async () => {
      const claim = await take({ request: randomUUID() });
      const outcome = anOutcome(claim.keys.request, claim.claimedAt);
      await claims.complete(claim, outcome);
      await expect(ask({ ...post(), request: claim.keys.request })).resolves.toEqual({
        kind: 'done',
        by: 'request',
        outcome,
      });
    });

    test('an outcome that was told once stays', async () => {
      const claim = await take(post());
      const outcome = anOutcome(claim.keys.request, claim.claimedAt);
      await claims.complete(claim, outcome);
      await claims.complete(claim, anOutcome(claim.keys.request, claim.claimedAt));
      await expect(ask(claim.keys)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
    });

    test('looks at the request before the order', async () => {
      const [one, two] = [await take(post(), 'one'), await take(post(), 'two')];
      await claims.complete(two, anOutcome(two.keys.request, two.claimedAt));
      const both = { ...two.keys, request: one.keys.request };
      await expect(ask(both)).resolves.toMatchObject({ kind: 'held', by: 'request', fingerprint: 'one' });
    });

    test('forgets what is released: the next claim has no doubt', async () => {
      const keys = post();
      await expect(claims.release(await take(keys))).resolves.toBe(true);
      expect(await take({ ...keys, request: randomUUID() })).not.toHaveProperty('doubt');
      expect(await take({ request: keys.request })).not.toHaveProperty('doubt');
    });

    test('holds what is abandoned for as long as before, then hands it on with the doubt', async () => {
      const claim = await take(post());
      await harness.pass(10_000);
      await claims.abandon(claim);
      const answer = await ask(claim.keys);
      expect(answer).toMatchObject({ kind: 'held', abandoned: true });
      expect(answer.kind === 'held' && answer.remainingMs).toBeLessThanOrEqual(HOLD_MS - 10_000);
      await harness.pass(HOLD_MS - 10_000);
      expect((await take(claim.keys)).doubt).toEqual({ since: claim.claimedAt, until: claim.claimedAt + HOLD_MS });
    });

    test('hands a claim whose time is over on with the doubt, and nothing the late holder does changes it', async () => {
      const late = await take(post());
      await harness.pass(HOLD_MS);
      const claim = await take(late.keys);
      expect(claim.doubt).toEqual({ since: late.claimedAt, until: late.claimedAt + HOLD_MS });
      expect(claim.claimedAt).toBeGreaterThanOrEqual(late.claimedAt + HOLD_MS);
      await claims.complete(late, anOutcome(late.keys.request, late.claimedAt));
      await expect(claims.release(late)).resolves.toBe(false);
      await claims.abandon(late);
      await claims.unsettle(late);
      await claims.unsettle({ ...late, doubt: { since: 1, until: 2 } });
      await expect(ask(late.keys)).resolves.toMatchObject({ kind: 'held', by: 'request', abandoned: false });
      const outcome = anOutcome(claim.keys.request, claim.claimedAt);
      await claims.complete(claim, outcome);
      await claims.complete(late, anOutcome(late.keys.request, late.claimedAt));
      await expect(ask(late.keys)).resolves.toMatchObject({ kind: 'done', outcome });
    });

    test('lets a late holder end what nobody else has taken', async () => {
      const [one, two] = [await take(post()), await take(post())];
      await harness.pass(HOLD_MS + 10_000);
      await expect(claims.release(one)).resolves.toBe(true);
      expect(await take(one.keys)).not.toHaveProperty('doubt');
      const outcome = anOutcome(two.keys.request, two.claimedAt);
      await claims.complete(two, outcome);
      await expect(ask(two.keys)).resolves.toMatchObject({ kind: 'done', outcome });
    });

    test('a release of which one key is another’s frees the rest and says so', async () => {
      const late = await take(post());
      await harness.pass(HOLD_MS);
      const other = await take({ ...late.keys, request: randomUUID() });
      await expect(claims.release(late)).resolves.toBe(false);
      expect(await take({ request: late.keys.request })).not.toHaveProperty('doubt');
      await expect(ask(other.keys)).resolves.toMatchObject({ kind: 'held', by: 'request' });
    });

    test('a doubt that could not be settled is handed on at once, as it was', async () => {
      const first = await take(post());
      await harness.pass(HOLD_MS);
      const second = await take(first.keys);
      await claims.unsettle(second);
      const third = await take(first.keys);
      expect(third.doubt).toEqual(second.doubt);
      expect(third.token).not.toBe(second.token);
    });

    test('a claim without doubt under which nothing was published leaves none', async () => {
      const claim = await take(post());
      await claims.unsettle(claim);
      expect(await take(claim.keys)).not.toHaveProperty('doubt');
    });

    test('the oldest doubt is handed on for as long as nobody settles it', async () => {
      const first = await take(post());
      await harness.pass(HOLD_MS);
      const second = await take(first.keys);
      await harness.pass(HOLD_MS);
      const third = await take(first.keys);
      expect(third.doubt).toEqual({ since: first.claimedAt, until: second.claimedAt + HOLD_MS });
    });

    test('what the log has of an earlier attempt is told to its repeats', async () => {
      const { keys } = await take(post());
      const claim = await takeOver(keys);
      const outcome = anOutcome(keys.request, claim.claimedAt);
      await claims.settle(claim, { by: 'request', outcome });
      await expect(ask(keys)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
      await expect(ask({ ...keys, request: randomUUID() })).resolves.toEqual({ kind: 'done', by: 'order', outcome });
    });

    test('what the log has of another request with this order is told to both; of this one no doubt is left', async () => {
      for (const fingerprint of ['as-said-as-said-as-saQ', 'two']) {
        const { keys } = await take(post());
        const claim = await takeOver({ ...keys, request: randomUUID() }, fingerprint);
        const outcome = anOutcome(keys.request, claim.claimedAt);
        await claims.settle(claim, { by: 'order', outcome });
        await expect(ask(keys)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
        await expect(ask(claim.keys, fingerprint)).resolves.toEqual({ kind: 'done', by: 'order', outcome });
        expect(await take({ request: claim.keys.request }, 'three')).not.toHaveProperty('doubt');
      }
    });

    test('what the log has of something else under this id says nothing of the order, which keeps its doubt', async () => {
      const { keys } = await take(post());
      const claim = await takeOver({ ...keys, request: randomUUID() }, 'two');
      const outcome = anOutcome(claim.keys.request, claim.claimedAt);
      await claims.settle(claim, { by: 'request', outcome });
      await expect(ask(claim.keys, 'two')).resolves.toEqual({ kind: 'done', by: 'request', outcome });
      expect((await take({ ...keys, request: randomUUID() })).doubt).toEqual(claim.doubt);
    });

    test('a late holder who settles a doubt leaves an order that is another’s', async () => {
      const { keys } = await take(post());
      const late = await takeOver({ ...keys, request: randomUUID() });
      const other = await takeOver({ ...keys, request: randomUUID() });
      const outcome = anOutcome(keys.request, late.claimedAt);
      await claims.settle(late, { by: 'order', outcome });
      await expect(ask(keys)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
      await expect(ask({ ...keys, request: randomUUID() })).resolves.toMatchObject({ kind: 'held', by: 'order' });
      await expect(ask(other.keys)).resolves.toMatchObject({ kind: 'held', by: 'request' });
    });

    test('a request is never taken over with another fingerprint, an order is', async () => {
      const late = await take(post(), 'one');
      await harness.pass(HOLD_MS + 10_000);
      await expect(ask(late.keys, 'two')).resolves.toMatchObject({
        kind: 'held',
        by: 'request',
        fingerprint: 'one',
        remainingMs: 0,
      });
      const doubt = { since: late.claimedAt, until: late.claimedAt + HOLD_MS };
      expect((await take({ ...late.keys, request: randomUUID() }, 'two')).doubt).toEqual(doubt);
      expect((await take({ request: late.keys.request }, 'one')).doubt).toEqual(doubt);
    });

    test('a late holder who ends a request of which the order is another’s ends the request only', async () => {
      const late = await take(post());
      await harness.pass(HOLD_MS);
      const other = await take({ ...late.keys, request: randomUUID() });
      await claims.complete(late, anOutcome(late.keys.request, late.claimedAt));
      await expect(ask({ request: late.keys.request })).resolves.toMatchObject({ kind: 'done', by: 'request' });
      await expect(ask({ ...other.keys, request: randomUUID() })).resolves.toMatchObject({ kind: 'held', by: 'order' });
    });

    test('a claim takes the doubts of all its keys over', async () => {
      const older = await take(post());
      await harness.pass(10_000);
      const younger = await take(post());
      await harness.pass(10_000);
      const youngest = await take(post());
      await harness.pass(HOLD_MS);
      const one = await take({ ...younger.keys, request: older.keys.request });
      expect(one.doubt).toEqual({ since: older.claimedAt, until: younger.claimedAt + HOLD_MS });
      const two = await take({ ...older.keys, request: youngest.keys.request });
      expect(two.doubt).toEqual({ since: older.claimedAt, until: youngest.claimedAt + HOLD_MS });
    });
  });
}

function post(): Required<ClaimKeys> {
  return { request: randomUUID(), order: `order-${randomUUID()}` };
}
