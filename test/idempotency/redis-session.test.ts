// What Redis may have forgotten: nothing is granted until it cannot land any more, and later only with a doubt about it.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import {
  ClaimsUnavailableError,
  type Claim,
  type ClaimAnswer,
  type ClaimRequest,
  type ClaimStore,
} from '../../src/idempotency/claim-store.ts';
import { MARKER } from '../../src/idempotency/redis/scripts.ts';
import { startRedisServer, type RedisServer } from '../../tools/redis/redis-server.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { describeWithRedis } from '../support/describe-with-redis.ts';
import { anOutcome, openRedisClaims, untilUp } from './claims-harness.ts';

const SHORT_HOLD_MS = 400;
const TTL_SECONDS = 3_600;
const TTL_MS = TTL_SECONDS * 1_000;

describeWithRedis('a Redis that comes and goes', () => {
  let server: RedisServer;
  const opened: ClaimStore[] = [];
  beforeEach(async () => {
    server = await startRedisServer();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await server.stop();
  });

  async function open(options: Parameters<typeof openRedisClaims>[1] = {}): Promise<ClaimStore> {
    const store = openRedisClaims(server.url, { ttlSeconds: TTL_SECONDS, ...options });
    opened.push(store);
    await untilUp(store);
    return store;
  }

  async function asAdmin<T>(what: (admin: ReturnType<typeof adminOf>) => Promise<T>): Promise<T> {
    const admin = adminOf(server);
    await admin.connect();
    try {
      return await what(admin);
    } finally {
      admin.destroy();
    }
  }

  const trust = () => asAdmin((admin) => admin.hSet(MARKER, { changedAt: 1, since: 1 }));
  const markerOf = async () => {
    const { changedAt, since, at } = await asAdmin((admin) => admin.hGetAll(MARKER));
    return { changedAt: Number(changedAt), since: Number(since), at: Number(at) };
  };

  test('a new Redis grants nothing until the fence has passed, then with a doubt that reaches back to the TTL', async () => {
    const store = await open({ holdMs: SHORT_HOLD_MS });
    const asked = request();
    const refused = await store.claim(asked);
    expect(refused).toEqual({ kind: 'wait', remainingMs: expect.any(Number) });
    expect(refused.kind === 'wait' && refused.remainingMs).toBeLessThanOrEqual(SHORT_HOLD_MS);
    const { doubt, claimedAt } = await untilMine(store, asked);
    const { changedAt } = await markerOf();
    expect(doubt).toEqual({ since: changedAt - TTL_MS, until: changedAt + SHORT_HOLD_MS, claimsLost: true });
    expect(claimedAt).toBeGreaterThanOrEqual(changedAt + SHORT_HOLD_MS);
  });

  test('what a restarted Redis still knows it says at once, the rest waits and is in doubt', async () => {
    const store = await open();
    await trust();
    const [done, held, lost] = [request(), request(), request()];
    const ended = await mine(store, done);
    const outcome = anOutcome(done.keys.request, ended.claimedAt);
    await store.complete(ended, outcome);
    const last = await mine(store, held);
    await store.close();
    await sleep(SHORT_HOLD_MS);
    await server.kill();
    await server.start();
    const after = await open({ holdMs: SHORT_HOLD_MS });
    await expect(after.claim(done)).resolves.toEqual({ kind: 'done', by: 'request', outcome });
    await expect(after.claim(held)).resolves.toMatchObject({ kind: 'held', by: 'request' });
    const { doubt } = await untilMine(after, lost);
    const { changedAt } = await markerOf();
    expect(doubt?.until).toBe(changedAt + SHORT_HOLD_MS);
    // Whatever was lost came after the last claim that was not, or within the fence.
    expect(doubt?.since).toBe(Math.min(last.claimedAt, changedAt - SHORT_HOLD_MS));
    expect(changedAt).toBeGreaterThanOrEqual(last.claimedAt);
  });

  test('a restart waits, too, when the old session notices it by itself', async () => {
    const store = await open();
    await trust();
    await mine(store, request());
    await server.kill();
    await server.start();
    await untilUp(store);
    await expect(store.claim(request())).resolves.toMatchObject({ kind: 'wait' });
  });

  test('another session with the same server process does not have to wait', async () => {
    await open();
    await trust();
    const another = await open();
    expect(await mine(another, request())).not.toHaveProperty('doubt');
  });

  test('a second restart keeps what the first one may have lost in doubt', async () => {
    await open({ holdMs: SHORT_HOLD_MS });
    const first = await markerOf();
    await asAdmin((admin) => admin.hSet(MARKER, { runId: 'an earlier one', since: first.changedAt - 600_000 }));
    await open({ holdMs: SHORT_HOLD_MS });
    const { since: kept, at } = await markerOf();
    expect(kept).toBe(first.changedAt - 600_000);
    const old = first.changedAt - TTL_MS - SHORT_HOLD_MS - 1;
    await asAdmin((admin) => admin.hSet(MARKER, { runId: 'an earlier one', changedAt: old, since: old - 1 }));
    await open({ holdMs: SHORT_HOLD_MS });
    const { since, changedAt } = await markerOf();
    expect(since).toBe(Math.min(at, changedAt - SHORT_HOLD_MS));
  });

  test('claims of others in a time of doubt are handed on with that doubt and their own', async () => {
    const store = await open({ holdMs: SHORT_HOLD_MS });
    const asked = request();
    const first = await untilMine(store, asked);
    const second = await untilMine(store, asked);
    const until = first.claimedAt + SHORT_HOLD_MS;
    expect(second.doubt).toEqual({ since: first.doubt?.since, until, claimsLost: true });
  });

  test('data lost under a running session is noticed by the next claim', async () => {
    const { log, lines } = createCollectingLog();
    const store = await open({ log });
    await trust();
    await mine(store, request());
    await asAdmin((admin) => admin.flushAll());
    await expect(store.claim(request())).rejects.toThrow(/lost its data/);
    await untilUp(store);
    await expect(store.claim(request())).resolves.toMatchObject({ kind: 'wait' });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', message: 'Redis cannot be asked' }));
  });

  test('data lost under a running session is noticed by the health check', async () => {
    const store = await open();
    await asAdmin((admin) => admin.flushAll());
    await expect(store.health()).rejects.toThrow(/lost its data/);
  });

  test('scripts that Redis has forgotten are sent again', async () => {
    const store = await open();
    await trust();
    await mine(store, request());
    await asAdmin((admin) => admin.scriptFlush());
    await mine(store, request());
  });

  test('while Redis is down every call rejects at once, and when it is back it is used again', async () => {
    const { log, lines } = createCollectingLog();
    const store = await open({ log });
    await trust();
    const claim = await mine(store, request());
    await server.kill();
    await sleep(50);
    const before = performance.now();
    const calls = [
      store.claim(request()),
      store.complete(claim, anOutcome(claim.keys.request, claim.claimedAt)),
      store.release(claim),
      store.unsettle(claim),
      store.abandon(claim),
      store.health(),
    ];
    for (const result of await Promise.allSettled(calls))
      expect(reasonOf(result)).toBeInstanceOf(ClaimsUnavailableError);
    expect(performance.now() - before).toBeLessThan(2_500);
    await expect(store.claim(request())).rejects.toThrow(/REDIS_URL/);
    await sleep(1_000);
    // Once per reason, not once per try.
    expect(lines.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(3);
    await server.start();
    await untilUp(store);
    await expect(store.release(claim)).resolves.toBe(true);
  });

  test('a frozen Redis is given up in time, and used again when it is back', async () => {
    const store = await open();
    await trust();
    server.pause();
    const before = performance.now();
    const results = await Promise.allSettled([store.claim(request()), store.health()]);
    expect(performance.now() - before).toBeLessThan(2_500);
    for (const result of results) expect(reasonOf(result)).toBeInstanceOf(ClaimsUnavailableError);
    const after = performance.now();
    await expect(store.claim(request())).rejects.toThrow(/REDIS_URL/);
    expect(performance.now() - after).toBeLessThan(1_000);
    server.resume();
    await untilUp(store);
    await mine(store, request());
  });

  test('a Redis that refuses is not cut off, and says what it refuses', async () => {
    const store = await open();
    await trust();
    await asAdmin((admin) => admin.configSet('maxmemory', '1'));
    await expect(store.claim(request())).rejects.toThrow(/refuses .*\(OOM\).*REDIS_URL/);
    await asAdmin((admin) => admin.configSet('maxmemory', '0'));
    await mine(store, request());
  });

  test('a primary that has become a replica is left', async () => {
    const { log, lines } = createCollectingLog();
    const store = await open({ log });
    await trust();
    await asAdmin((admin) => admin.sendCommand(['REPLICAOF', '127.0.0.1', '1']));
    await expect(store.claim(request())).rejects.toThrow(/READONLY/);
    await expect(store.claim(request())).rejects.toBeInstanceOf(ClaimsUnavailableError);
    expect(lines.map(({ message }) => message)).toContain('Redis cannot be asked');
    await asAdmin((admin) => admin.sendCommand(['REPLICAOF', 'NO', 'ONE']));
    await untilUp(store);
    await mine(store, request());
  });

  test('nothing is kept in Redis for ever, and held claims longer than they are held', async () => {
    const store = await open();
    await trust();
    const [held, done, left] = [request(), request(), request()];
    await mine(store, held);
    const ended = await mine(store, done);
    await store.complete(ended, anOutcome(done.keys.request, ended.claimedAt));
    const unsettled = await mine(store, left);
    await store.unsettle({ ...unsettled, doubt: { since: 1, until: 2 } });
    const ttlOf = ({ keys }: ClaimRequest) => asAdmin((admin) => admin.pTTL(`{orders}:request:${keys.request}`));
    const slack = 10_000;
    expect(Math.abs((await ttlOf(held)) - TTL_MS - 60_000)).toBeLessThan(slack);
    expect(Math.abs((await ttlOf(done)) - TTL_MS)).toBeLessThan(slack);
    expect(Math.abs((await ttlOf(left)) - TTL_MS)).toBeLessThan(slack);
  });

  test('closes while Redis is away', async () => {
    const store = await open();
    await server.kill();
    await sleep(50);
    await store.close();
    await expect(store.claim(request())).rejects.toBeInstanceOf(ClaimsUnavailableError);
  });
});

function adminOf({ url }: RedisServer) {
  return createClient({ url });
}

function request(): ClaimRequest {
  return { keys: { request: randomUUID(), order: randomUUID() }, fingerprint: 'as-said-as-said-as-saQ' };
}

async function mine(store: ClaimStore, asked: ClaimRequest): Promise<Claim> {
  return claimOf(await store.claim(asked));
}

/** Takes it as soon as it is free. */
async function untilMine(store: ClaimStore, asked: ClaimRequest): Promise<Claim> {
  for (;;) {
    const answer = await store.claim(asked);
    if (answer.kind !== 'wait' && answer.kind !== 'held') return claimOf(answer);
    await sleep(answer.remainingMs);
  }
}

function claimOf(answer: ClaimAnswer): Claim {
  if (answer.kind === 'mine') return answer.claim;
  throw new Error(`not taken, but ${answer.kind}`);
}

function reasonOf(result: PromiseSettledResult<unknown>): unknown {
  return result.status === 'rejected' ? result.reason : undefined;
}
