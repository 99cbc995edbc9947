import { ErrorReply } from '@redis/client';
import { ClaimsUnavailableError, type ClaimStoreHealth } from '../claim-store.ts';
import type { RedisSession } from './redis-session.ts';
import { LOOK, MARKER } from './scripts.ts';

/** What must be set so that Redis forgets nothing that it has acknowledged. */
const SETTINGS = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' } as const;

/** How this server is. Rejects with a ClaimsUnavailableError where no claim can be taken now. */
export async function healthOf(
  session: RedisSession,
  { holdMs, maxSkewMs }: { readonly holdMs: number; readonly maxSkewMs: number },
): Promise<ClaimStoreHealth> {
  const askedAt = Date.now();
  const { now, changedAt } = await look(session);
  const answeredAt = Date.now();
  const waitMs = changedAt + holdMs - now;
  if (waitMs > 0) {
    throw new ClaimsUnavailableError(
      `Redis restarted or is new: no order is taken for another ${Math.ceil(waitMs / 1000)} s, until no lost claim can still land.`,
    );
  }

  const faults = await wrongSettings(session);
  const skewMs = Math.max(0, now - answeredAt, askedAt - now);
  if (skewMs > maxSkewMs) {
    faults.push(`its clock and ours are ${skewMs} ms apart, and ${maxSkewMs} ms are allowed: synchronise them (NTP)`);
  }
  if (faults.length > 0)
    return { status: 'warn', detail: `Redis may forget claims or take them too late: ${faults.join('; ')}.` };
  const minutes = Math.floor((now - changedAt) / 60_000);
  return { status: 'pass', detail: `Redis holds the claims, one server process for ${minutes} min` };
}

async function look(session: RedisSession): Promise<{ now: number; changedAt: number }> {
  const [now, changedAt] = (await session.run(LOOK, [MARKER], [session.runId])) as [number, number | null];
  if (changedAt !== null) return { now, changedAt };
  throw endForgotten(session);
}

/** Ends a session whose marker is gone or another's: what Redis knew may be gone, too. The next session begins anew. */
export function endForgotten(session: RedisSession): ClaimsUnavailableError {
  const error = new ClaimsUnavailableError(
    'Redis has lost its data while it was running (FLUSHALL, eviction or a failover): check the server behind REDIS_URL.',
  );
  session.end(error);
  return error;
}

async function wrongSettings(session: RedisSession): Promise<string[]> {
  try {
    const faults: string[] = [];
    for (const [name, wanted] of Object.entries(SETTINGS)) {
      // One by one: Redis 6 takes one name at a time.
      const found = (await session.ask((client) => client.configGet(name)))[name];
      if (found !== wanted) faults.push(`set ${name} to ${wanted} (it is ${found ?? 'unknown'})`);
    }
    return faults;
  } catch (error) {
    if (!(error instanceof ClaimsUnavailableError && error.cause instanceof ErrorReply)) throw error;
    const wanted = Object.entries(SETTINGS).map(([name, value]) => `${name} ${value}`);
    return [`it does not let us read its settings (CONFIG GET): make sure of ${wanted.join(', ')}`];
  }
}
