import { setTimeout as sleep } from 'node:timers/promises';
import { causeOf } from '../../telemetry/cause-of.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { ClaimsUnavailableError } from '../claim-store.ts';
import { openConnection, type RedisConnection } from './redis-connection.ts';
import { HELLO, MARKER } from './scripts.ts';

/** A connection and the server process at its other end, which the marker is that of. */
export interface RedisSession extends RedisConnection {
  readonly runId: string;
}

/** Has a session whenever there can be one. */
export interface RedisSessions {
  /** Throws a ClaimsUnavailableError at once while there is none. */
  current(): RedisSession;
  close(): Promise<void>;
}

/** Pause before the next try, ms: doubled with every failure, within these bounds, and up to half of it left out by chance. */
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1_000;

/** Connects in the background, from now until `close`. */
export function keepRedisSession(options: {
  readonly url: string;
  readonly ttlMs: number;
  readonly holdMs: () => number;
  readonly log: Logger;
}): RedisSessions {
  const { url, ttlMs, holdMs, log } = options;
  const closing = new AbortController();
  const closed = (): boolean => closing.signal.aborted;
  let session: RedisSession | undefined;
  let fault = new ClaimsUnavailableError('Redis is not connected yet: if this stays so, check REDIS_URL.');
  let logged: string | undefined;

  async function open(): Promise<RedisSession> {
    const connection = await openConnection(url);
    try {
      const runId = /^run_id:(\w+)/m.exec(await connection.ask((client) => client.info('server')))?.[1];
      if (runId === undefined)
        throw new ClaimsUnavailableError('The server behind REDIS_URL does not tell its run_id.');
      const changed = await connection.run(HELLO, [MARKER], [runId, Math.ceil(holdMs()), ttlMs]);
      log.info('Redis connected', { runId, changed: changed === 1, ...placeOf(url) });
      return { ...connection, runId };
    } catch (error) {
      connection.end(new Error('it is of no use'));
      throw error;
    }
  }

  async function keep(): Promise<void> {
    let failures = 0;
    while (!closed()) {
      try {
        session = await open();
        failures = 0;
        logged = undefined;
        if (closed()) session.end(new Error('closed'));
        noted(await session.ended);
      } catch (error) {
        failures += 1;
        noted(error);
      }
      session = undefined;
      const pause = Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(failures, 10));
      await sleep(pause * (1 - Math.random() / 2), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** Keeps the reason for those who ask, and logs it if it is a new one. */
  function noted(error: unknown): void {
    fault =
      error instanceof ClaimsUnavailableError
        ? error
        : new ClaimsUnavailableError('The connection to Redis was lost: check REDIS_URL and that the server is up.');
    const cause = causeOf(error) ?? (error instanceof Error ? error.message : String(error));
    if (closed() || cause === logged) return;
    logged = cause;
    log.warn('Redis cannot be asked', { detail: fault.message, cause, ...placeOf(url) });
  }

  const kept = keep();
  return {
    current() {
      if (session !== undefined) return session;
      throw new ClaimsUnavailableError(fault.message, { cause: fault.cause });
    },
    async close() {
      closing.abort();
      session?.end(new Error('closed'));
      await kept;
    },
  };
}

/** For the log: host and port, and nothing else of the URL. */
function placeOf(url: string): { readonly address?: string } {
  const address = URL.parse(url)?.host;
  return address === undefined ? {} : { address };
}
