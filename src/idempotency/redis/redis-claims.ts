/**
 * Claims in one Redis or Valkey, shared by all replicas.
 *
 * Redis answers for what one server process has seen. When another one answers (a restart, a failover, an empty server), it
 * may lack claims that the earlier one had acknowledged; nobody can tell which. So it takes no claims for the time of the
 * fence, after which none of the lost ones can still land; and what it grants later it grants with a doubt, so that the log
 * is asked for what landed before. A brand-new server has to wait, too: nobody can tell it from one that lost everything.
 * What is still there after a restart is answered at once.
 *
 * This holds for one primary at a time. After a failover the old one must not go on taking writes (min-replicas-to-write).
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from '../../telemetry/logger.ts';
import type { Claim, ClaimAnswer, ClaimKeys, ClaimRequest, ClaimStore, KeyName, Outcome } from '../claim-store.ts';
import { namesOf } from '../key-names.ts';
import { keysOfFound } from '../outcomes.ts';
import { endForgotten, healthOf } from './redis-health.ts';
import { keepRedisSession } from './redis-session.ts';
import { CLAIM, COMPLETE, HASH_TAG, LEAVE, MARKER, RELEASE, SETTLE } from './scripts.ts';

/** The replies of CLAIM. */
type ClaimReply =
  | readonly ['lost']
  | readonly ['done', KeyName, string]
  | readonly ['held', KeyName, string, number, number, 'held' | 'abandoned']
  | readonly ['wait', number]
  | readonly ['mine', number, number | null, number | null, 0 | 1];

/**
 * `url` may be redis:// or rediss://, with user and password (REDIS_URL). `ttlSeconds`: IDEMPOTENCY_TTL_SECONDS. `holdMs`: the
 * time of the fence. `maxSkewMs`: how far the clocks may be apart. Connects in the background.
 */
export function createRedisClaims(options: {
  readonly url: string;
  readonly ttlSeconds: number;
  readonly holdMs: () => number;
  readonly maxSkewMs: () => number;
  readonly log: Logger;
}): ClaimStore {
  const { url, ttlSeconds, maxSkewMs, log } = options;
  const ttlMs = Math.ceil(ttlSeconds * 1000);
  const holdMs = (): number => Math.ceil(options.holdMs());
  const sessions = keepRedisSession({ url, ttlMs, holdMs, log });

  async function claim({ keys, fingerprint }: ClaimRequest): Promise<ClaimAnswer> {
    const session = sessions.current();
    const token = randomUUID();
    const args = [session.runId, holdMs(), ttlMs, token, fingerprint];
    const reply = (await session.run(CLAIM, [MARKER, ...redisKeys(keys)], args)) as ClaimReply;
    switch (reply[0]) {
      case 'lost':
        throw endForgotten(session);
      case 'done':
        return { kind: 'done', by: reply[1], outcome: JSON.parse(reply[2]) as Outcome }; // written by complete
      case 'held': {
        const [kind, by, theirs, heldForMs, remainingMs, state] = reply;
        return { kind, by, fingerprint: theirs, heldForMs, remainingMs, abandoned: state === 'abandoned' };
      }
      case 'wait':
        return { kind: 'wait', remainingMs: reply[1] };
      case 'mine': {
        const [kind, claimedAt, since, until, lost] = reply;
        const claimsLost = lost === 1 && { claimsLost: true as const };
        const doubt = since !== null && until !== null && { doubt: { since, until, ...claimsLost } };
        return { kind, claim: { keys, fingerprint, token, claimedAt, ...doubt } };
      }
    }
  }

  async function release({ keys, token }: Claim): Promise<boolean> {
    return (await sessions.current().run(RELEASE, redisKeys(keys), [token])) === 1;
  }

  return {
    claim,
    release,
    async complete({ keys, token }, outcome) {
      await sessions.current().run(COMPLETE, redisKeys(keys), [token, ttlMs, JSON.stringify(outcome)]);
    },
    async settle(taken, found) {
      const { keys, token, doubt } = taken;
      const made = keysOfFound(taken, found);
      const args = [
        token,
        ttlMs,
        JSON.stringify(found.outcome),
        doubt.since,
        doubt.until,
        made.order === keys.order ? 1 : 0,
      ];
      await sessions.current().run(SETTLE, [...redisKeys({ request: made.request }), ...redisKeys(keys)], args);
    },
    async unsettle(taken) {
      const { keys, token, doubt } = taken;
      if (doubt === undefined) await release(taken);
      else await sessions.current().run(LEAVE, redisKeys(keys), [token, ttlMs, doubt.since, doubt.until]);
    },
    async abandon({ keys, token }) {
      await sessions.current().run(LEAVE, redisKeys(keys), [token, ttlMs]);
    },
    health: async () => healthOf(sessions.current(), { holdMs: holdMs(), maxSkewMs: maxSkewMs() }),
    close: () => sessions.close(),
  };
}

function redisKeys(keys: ClaimKeys): string[] {
  return namesOf(keys).map(([, name]) => `${HASH_TAG}:${name}`);
}
