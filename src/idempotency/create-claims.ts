import type { Logger } from '../telemetry/logger.ts';
import type { ClaimStore } from './claim-store.ts';
import type { Fence } from './fence.ts';
import { createMemoryClaims } from './memory/memory-claims.ts';
import type { Outcomes } from './outcomes.ts';
import { createRedisClaims } from './redis/redis-claims.ts';
import { withLogFallback } from './with-log-fallback.ts';

/** Which store, and what it needs (IDEMPOTENCY_STORE, REDIS_URL, REDIS_ON_FAILURE). */
export type ClaimSettings =
  | { readonly store: 'memory' }
  | { readonly store: 'redis'; readonly url: string; readonly onFailure: 'closed' | 'log' };

/** The one place that chooses the claim store. `ttlMs`: how long outcomes are remembered; `max`: claims held in this process. */
export function createClaims(options: {
  readonly settings: ClaimSettings;
  readonly outcomes: Outcomes;
  readonly fence: Fence;
  readonly ttlMs: number;
  readonly max: number;
  readonly log: Logger;
}): ClaimStore {
  const { settings, outcomes, fence, ttlMs, max, log } = options;
  const { holdMs, maxSkewMs } = fence;
  const memory = createMemoryClaims({ holdMs, find: outcomes.find, remember: outcomes.remember, maxHeld: max });
  if (settings.store === 'memory') return memory;
  const redis = createRedisClaims({ url: settings.url, ttlSeconds: ttlMs / 1000, holdMs, maxSkewMs, log });
  return settings.onFailure === 'log' ? withLogFallback(redis, memory, log) : redis;
}
