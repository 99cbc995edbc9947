import { beforeEach, expect, test } from '@jest/globals';
import { createAttempt } from '../../src/idempotency/attempt.ts';
import { ClaimsUnavailableError, type Claim, type ClaimStore, type Doubt } from '../../src/idempotency/claim-store.ts';
import { OrderExistsError } from '../../src/idempotency/errors.ts';
import { fingerprintOf } from '../../src/idempotency/fingerprint.ts';
import { createOutcomes, keysOf } from '../../src/idempotency/outcomes.ts';
import { withLogFallback } from '../../src/idempotency/with-log-fallback.ts';
import { createMemoryPublisher } from '../../src/publishing/memory/memory-publisher.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { createdEvent } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';
import { anOutcome, HOLD_MS, memoryHarness, type ClaimsHarness } from './claims-harness.ts';
import { claimStoreContract } from './claim-store-contract.ts';

const LESS = /repeats on other replicas are recognised only once the topic has been read \(REDIS_ON_FAILURE=log\)/;

type State = 'up' | 'away' | 'waiting';

/** Another store in the place of Redis, which can be away. */
function redisLike(store: ClaimStore, state: () => State): ClaimStore {
  const whenThere = <T>(how: () => Promise<T>): Promise<T> =>
    state() === 'away' ? Promise.reject(new ClaimsUnavailableError('away')) : how();
  return {
    claim: (request) =>
      whenThere(() =>
        state() === 'waiting' ? Promise.resolve({ kind: 'wait', remainingMs: 5 }) : store.claim(request),
      ),
    complete: (claim, outcome) => whenThere(() => store.complete(claim, outcome)),
    release: (claim) => whenThere(() => store.release(claim)),
    settle: (claim, found) => whenThere(() => store.settle(claim, found)),
    unsettle: (claim) => whenThere(() => store.unsettle(claim)),
    abandon: (claim) => whenThere(() => store.abandon(claim)),
    health: () => whenThere(() => store.health()),
    close: () => store.close(),
  };
}

function both(state: () => State): { store: ClaimStore; shared: ClaimsHarness; local: ClaimsHarness } {
  const [shared, local] = [memoryHarness(), memoryHarness()];
  return { store: withLogFallback(redisLike(shared.claims, state), local.claims, silentLog), shared, local };
}

for (const state of ['up', 'away', 'waiting'] as const) {
  claimStoreContract(`Redis, or the log (Redis ${state})`, () => {
    const { store, shared, local } = both(() => state);
    const on = async (what: (harness: ClaimsHarness) => Promise<void>): Promise<void> => {
      await Promise.all([what(shared), what(local)]);
    };
    const claims = { ...store, ...(state === 'away' && { health: () => local.claims.health() }) };
    return Promise.resolve({
      claims,
      pass: (ms) => on((harness) => harness.pass(ms)),
      empty: () => on((harness) => harness.empty()),
      close: () => on((harness) => harness.close()),
    });
  });
}

let state: State;
beforeEach(() => {
  state = 'up';
});

const ASKED = { keys: { request: 'r', order: 'o' }, fingerprint: 'as-said-as-said-as-saQ' };

async function take(store: ClaimStore): Promise<Claim> {
  const answer = await store.claim(ASKED);
  if (answer.kind !== 'mine') throw new Error(`not taken, but ${answer.kind}`);
  return answer.claim;
}

test('what other replicas hold or have ended is respected while Redis answers, and nothing of it stays here', async () => {
  const { store, shared, local } = both(() => state);
  const theirs = await take(shared.claims);
  await expect(store.claim(ASKED)).resolves.toMatchObject({ kind: 'held' });
  const outcome = anOutcome('r', theirs.claimedAt);
  await shared.claims.complete(theirs, outcome);
  await expect(store.claim(ASKED)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
  await expect(local.claims.claim(ASKED)).resolves.toMatchObject({ kind: 'mine' });
});

test('a claim that could not be ended in Redis is still known here when Redis is away', async () => {
  const { store, local, shared } = both(() => state);
  const claim = await take(store);
  state = 'away';
  await expect(store.abandon(claim)).rejects.toBeInstanceOf(ClaimsUnavailableError);
  await expect(store.claim(ASKED)).resolves.toMatchObject({ kind: 'held', abandoned: true });
  await Promise.all([local.pass(HOLD_MS), shared.pass(HOLD_MS)]);
  expect((await take(store)).doubt).toEqual({ since: claim.claimedAt, until: claim.claimedAt + HOLD_MS });
});

test('an end that nobody knows, reached without Redis, is a doubt when Redis is back', async () => {
  const { store, local, shared } = both(() => state);
  state = 'away';
  const claim = await take(store);
  await store.abandon(claim);
  state = 'up';
  await expect(store.claim(ASKED)).resolves.toMatchObject({ kind: 'held', abandoned: true });
  await Promise.all([local.pass(HOLD_MS), shared.pass(HOLD_MS)]);
  const next = await take(store);
  const doubt: Doubt = { since: claim.claimedAt, until: claim.claimedAt + HOLD_MS };
  expect(next.doubt).toEqual(doubt);
  await store.unsettle(next);
  state = 'away';
  expect((await take(store)).doubt).toEqual(doubt);
});

test('the doubts of both are one', async () => {
  const { store, local, shared } = both(() => state);
  const older = await take(shared.claims);
  await Promise.all([local.pass(10), shared.pass(10)]);
  state = 'away';
  const younger = await take(store);
  state = 'up';
  await Promise.all([local.pass(HOLD_MS), shared.pass(HOLD_MS)]);
  expect((await take(store)).doubt).toEqual({ since: older.claimedAt, until: younger.claimedAt + HOLD_MS });
});

test('that Redis may have lost claims is not forgotten over a doubt of our own', async () => {
  const { store, local, shared } = both(() => state);
  const claim = await take(store);
  await Promise.all([local.pass(HOLD_MS), shared.pass(HOLD_MS)]);
  const losing = withLogFallback(
    {
      ...shared.claims,
      claim: async (request) => {
        const answer = await shared.claims.claim(request);
        if (answer.kind !== 'mine') return answer;
        return { kind: 'mine', claim: { ...answer.claim, doubt: { since: 1, until: 2, claimsLost: true } } };
      },
    },
    local.claims,
    silentLog,
  );
  expect((await take(losing)).doubt).toEqual({ since: 1, until: claim.claimedAt + HOLD_MS, claimsLost: true });
});

test('an error that is not about Redis being away is passed on, and takes nothing', async () => {
  const { local } = both(() => state);
  const broken = { ...local.claims, claim: () => Promise.reject(new Error('a fault of ours')) };
  const store = withLogFallback(broken, local.claims, silentLog);
  await expect(store.claim(ASKED)).rejects.toThrow('a fault of ours');
  await expect(local.claims.claim(ASKED)).resolves.toMatchObject({ kind: 'mine' });
});

test('a request whose order the log has from another one is 409 on every replica, and its repeat, too', async () => {
  const { store, shared, local } = both(() => state);
  const [first, second] = [createdEvent('order-1'), createdEvent('order-1', { totalAmount: 1 })];
  const outcome = { ...anOutcome(first.id, first.timestamp), fingerprint: fingerprintOf(first) };
  const replica = (claims: ClaimStore) => {
    const attempt = createAttempt({
      claims,
      outcomes: createOutcomes({ max: 10, ttlMs: Infinity }),
      publisher: createMemoryPublisher({ topic: 'orders', timeoutMs: 50 }),
      askLog: () => Promise.resolve({ by: 'order', outcome }),
      log: silentLog,
      holdMs: () => HOLD_MS,
      onPublished: () => undefined,
    });
    return () => attempt({ event: second, keys: keysOf(second), fingerprint: fingerprintOf(second) }, 0);
  };
  await shared.claims.claim({ keys: keysOf(first), fingerprint: fingerprintOf(first) });
  await Promise.all([local.pass(HOLD_MS), shared.pass(HOLD_MS)]);
  await expect(replica(store)()).rejects.toBeInstanceOf(OrderExistsError);
  await expect(replica(store)()).rejects.toBeInstanceOf(OrderExistsError);
  await expect(replica(shared.claims)()).rejects.toBeInstanceOf(OrderExistsError);
});

test('says so in its health, and in the log once', async () => {
  const { log, lines } = createCollectingLog();
  const [shared, local] = [memoryHarness(), memoryHarness()];
  const store = withLogFallback(
    redisLike(shared.claims, () => state),
    local.claims,
    log,
  );
  await expect(store.health()).resolves.toMatchObject({ status: 'pass' });
  state = 'away';
  await expect(store.health()).resolves.toMatchObject({ status: 'warn', detail: expect.stringMatching(LESS) });
  await store.release(await take(store));
  await store.release(await take(store));
  state = 'up';
  await store.release(await take(store));
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn orders are taken without Redis',
    'info orders are taken with Redis again',
  ]);
});
