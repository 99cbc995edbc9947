import { createClient } from '@redis/client';
import type { ClaimStore, Doubt, Outcome } from '../../src/idempotency/claim-store.ts';
import { createMemoryClaims } from '../../src/idempotency/memory/memory-claims.ts';
import { createOutcomes } from '../../src/idempotency/outcomes.ts';
import { createRedisClaims } from '../../src/idempotency/redis/redis-claims.ts';
import { MARKER } from '../../src/idempotency/redis/scripts.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { silentLog } from '../support/silent-log.ts';

/** A store under test, and its clock in the test's hand. */
export interface ClaimsHarness {
  readonly claims: ClaimStore;
  /** Lets time pass on the clock of the store, as its users see it. */
  pass(ms: number): Promise<void>;
  /** Forgets everything. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than any test, so that only `pass` ends a claim. */
export const HOLD_MS = 60_000;
const TTL_MS = 86_400_000;

/** On a clock that only `pass` moves. */
export function memoryHarness(maxHeld = 1_000): ClaimsHarness {
  let now = 1_700_000_000_000;
  const clock = () => now;
  const open = () => {
    const outcomes = createOutcomes({ max: 1_000, ttlMs: TTL_MS, clock });
    return createMemoryClaims({
      holdMs: () => HOLD_MS,
      find: (keys) => outcomes.find(keys),
      remember: (keys, outcome) => outcomes.remember(keys, outcome),
      maxHeld,
      clock,
    });
  };
  let store = open();
  return {
    claims: onClock(
      () => store,
      () => 0,
    ),
    pass(ms) {
      now += ms;
      return Promise.resolve();
    },
    empty() {
      store = open();
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/**
 * A Redis that has been the same for long: no doubt comes from it. Its clock cannot be moved, so `pass` moves the times of
 * all entries back instead, and what users see of them forth.
 */
export async function redisHarness(url: string): Promise<ClaimsHarness> {
  const admin = await createClient({ url }).connect();
  const store = openRedisClaims(url);
  let shift = 0;
  await untilUp(store);
  return {
    claims: onClock(
      () => store,
      () => shift,
    ),
    async pass(ms) {
      shift += ms;
      await admin.eval(MOVE_BACK, { keys: [], arguments: [String(ms)] });
    },
    async empty() {
      const keys = await admin.keys('{orders}:[ro]*');
      if (keys.length > 0) await admin.del(keys);
      await admin.hSet(MARKER, 'changedAt', 1);
    },
    async close() {
      await store.close();
      await admin.close();
    },
  };
}

/** Claims in that Redis, of one replica. */
export function openRedisClaims(
  url: string,
  options: { holdMs?: number; ttlSeconds?: number; maxSkewMs?: number; log?: Logger } = {},
): ClaimStore {
  const { holdMs = HOLD_MS, ttlSeconds = TTL_MS / 1000, maxSkewMs = 2_000, log = silentLog } = options;
  return createRedisClaims({ url, ttlSeconds, holdMs: () => holdMs, maxSkewMs: () => maxSkewMs, log });
}

/** Settles when the store can be asked: whether it may grant claims yet is another question. */
export async function untilUp(store: ClaimStore, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const said = await store.health().then(
      () => undefined,
      (error: unknown) => String(error),
    );
    if (said === undefined || said.includes('restarted or is new')) return;
    if (Date.now() > deadline) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

let offsets = 0;

/** An outcome like no other. */
export function anOutcome(eventId: string, timestamp: number): Outcome {
  offsets += 1;
  const offset = String(offsets);
  const place = { backend: 'kafka', topic: 'orders', partition: 0, offset } as const;
  return { eventId, requestId: `for ${eventId}`, fingerprint: 'as-said-as-said-as-saQ', ...place, timestamp };
}

const MOVE_BACK = `
for _, key in ipairs(redis.call('KEYS', '{orders}:[ro]*')) do
  for _, field in ipairs({'claimedAt', 'since', 'until'}) do
    if redis.call('HEXISTS', key, field) == 1 then redis.call('HINCRBY', key, field, -ARGV[1]) end
  end
end
`;

/** The store as seen on a clock that is `shift` ahead of its own. */
function onClock(store: () => ClaimStore, shift: () => number): ClaimStore {
  const moved = ({ since, until }: Doubt, by: number): Doubt => ({ since: since + by, until: until + by });
  return {
    async claim(request) {
      const answer = await store().claim(request);
      if (answer.kind !== 'mine') return answer;
      const { doubt, claimedAt, ...claim } = answer.claim;
      const by = shift();
      return {
        kind: 'mine',
        claim: { ...claim, claimedAt: claimedAt + by, ...(doubt && { doubt: moved(doubt, by) }) },
      };
    },
    settle({ doubt, ...claim }, found) {
      return store().settle({ ...claim, doubt: moved(doubt, -shift()) }, found);
    },
    unsettle({ doubt, ...claim }) {
      return store().unsettle({ ...claim, ...(doubt && { doubt: moved(doubt, -shift()) }) });
    },
    complete: (claim, outcome) => store().complete(claim, outcome),
    release: (claim) => store().release(claim),
    abandon: (claim) => store().abandon(claim),
    health: () => store().health(),
    close: () => store().close(),
  };
}
