import type { Logger } from '../telemetry/logger.ts';
import {
  ClaimsUnavailableError,
  type Claim,
  type ClaimAnswer,
  type ClaimRequest,
  type ClaimStore,
  type Doubt,
} from './claim-store.ts';

/** One claim of this store is one in the memory of this process and, while Redis can be asked, one there. */
interface Pair {
  readonly local: Claim;
  readonly shared: Claim | undefined;
}

const LESS_IS_PROMISED =
  'Redis cannot be asked; repeats on other replicas are recognised only once the topic has been read (REDIS_ON_FAILURE=log)';

/**
 * REDIS_ON_FAILURE=log: takes orders while Redis is away or cannot vouch for anybody yet, with what this process and the topic
 * know. Whatever Redis says, this process claims for itself, too: what began with Redis and ended without it, or the other
 * way round, is not forgotten here when the one or the other is asked next.
 */
export function withLogFallback(redis: ClaimStore, memory: ClaimStore, log: Logger): ClaimStore {
  const pairs = new Map<string, Pair>();
  let away = false;

  async function claim(request: ClaimRequest): Promise<ClaimAnswer> {
    const local = await memory.claim(request);
    if (local.kind !== 'mine') return local;
    const shared = await askRedis(request).catch(async (error: unknown) => {
      await memory.unsettle(local.claim);
      throw error;
    });
    if (shared === undefined) return mine({ local: local.claim, shared: undefined });
    if (shared.kind === 'mine') return mine({ local: local.claim, shared: shared.claim });
    await memory.unsettle(local.claim);
    return shared;
  }

  /** Undefined where it cannot say. It could in a while, but here that is waited for by nobody. */
  async function askRedis(request: ClaimRequest): Promise<Exclude<ClaimAnswer, { kind: 'wait' }> | undefined> {
    try {
      const answer = await redis.claim(request);
      noteAway(answer.kind === 'wait');
      return answer.kind === 'wait' ? undefined : answer;
    } catch (error) {
      if (!(error instanceof ClaimsUnavailableError)) throw error;
      noteAway(true, error.message);
      return undefined;
    }
  }

  function noteAway(now: boolean, why?: string): void {
    if (now === away) return;
    away = now;
    if (now) log.warn('orders are taken without Redis', { detail: LESS_IS_PROMISED, why });
    else log.info('orders are taken with Redis again');
  }

  function mine(pair: Pair): ClaimAnswer {
    const { local, shared = local } = pair;
    const doubt = merged(local.doubt, shared.doubt);
    pairs.set(shared.token, pair);
    return { kind: 'mine', claim: { ...shared, ...(doubt && { doubt }) } };
  }

  /** Ends a claim here, then where else it was taken. A caller's claim carries the doubt of both. */
  async function end<Taken extends Claim, T>(
    taken: Taken,
    how: (store: ClaimStore, part: Taken) => Promise<T>,
  ): Promise<T> {
    const { local, shared } = pairs.get(taken.token) ?? { local: taken, shared: undefined };
    pairs.delete(taken.token);
    const ended = await how(memory, { ...taken, token: local.token });
    return shared === undefined ? ended : how(redis, taken);
  }

  return {
    claim,
    complete: (taken, outcome) => end(taken, (store, part) => store.complete(part, outcome)),
    release: (taken) => end(taken, (store, part) => store.release(part)),
    settle: (taken, found) => end(taken, (store, part) => store.settle(part, found)),
    unsettle: (taken) => end(taken, (store, part) => store.unsettle(part)),
    abandon: (taken) => end(taken, (store, part) => store.abandon(part)),
    async health() {
      try {
        return await redis.health();
      } catch (error) {
        if (!(error instanceof ClaimsUnavailableError)) throw error;
        return { status: 'warn', detail: LESS_IS_PROMISED };
      }
    },
    async close() {
      await Promise.all([redis.close(), memory.close()]);
    },
  };
}

function merged(a: Doubt | undefined, b: Doubt | undefined): Doubt | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const claimsLost = (a.claimsLost ?? b.claimsLost) && { claimsLost: true as const };
  return { since: Math.min(a.since, b.since), until: Math.max(a.until, b.until), ...claimsLost };
}
