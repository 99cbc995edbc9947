import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import type { ClaimStore, ClaimStoreHealth } from '../../src/idempotency/claim-store.ts';
import { MARKER } from '../../src/idempotency/redis/scripts.ts';
import { startRedisServer, type RedisServer, type RedisSettings } from '../../tools/redis/redis-server.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { describeWithRedis } from '../support/describe-with-redis.ts';
import { openRedisClaims, untilUp } from './claims-harness.ts';

const PASSWORD = 'a/secret:@word%';

describeWithRedis('the health of claims in Redis', () => {
  let server: RedisServer | undefined;
  let store: ClaimStore | undefined;
  const { log, lines } = createCollectingLog();
  afterEach(async () => {
    await store?.close();
    await server?.stop();
  });

  async function start(settings: RedisSettings = {}, maxSkewMs?: number): Promise<ClaimStore> {
    server = await startRedisServer({ settings });
    store = openRedisClaims(server.url, { log, ...(maxSkewMs !== undefined && { maxSkewMs }) });
    return store;
  }

  async function healthWith(settings: RedisSettings, maxSkewMs?: number): Promise<ClaimStoreHealth> {
    const started = await start(settings, maxSkewMs);
    await untilUp(started);
    const admin = await createClient({ url: server?.url ?? '' }).connect();
    await admin.hSet(MARKER, 'changedAt', 1);
    admin.destroy();
    return started.health();
  }

  test('passes where nothing acknowledged can be forgotten', async () => {
    const { status, detail } = await healthWith({});
    expect(status).toBe('pass');
    expect(detail).toMatch(/^Redis holds the claims, one server process for \d+ min$/);
  });

  test('fails before it may grant claims, and says for how long', async () => {
    const started = await start();
    await untilUp(started);
    await expect(started.health()).rejects.toThrow(
      /^Redis restarted or is new: no order is taken for another \d+ s, until no lost claim can still land\.$/,
    );
  });

  describe('warns, and names what to set, with', () => {
    test.each<[string, RedisSettings, RegExp]>([
      ['no log of writes', { appendonly: 'no' }, /set appendonly to yes \(it is no\)/],
      ['a log that is behind', { appendfsync: 'everysec' }, /set appendfsync to always \(it is everysec\)/],
      ['eviction', { 'maxmemory-policy': 'allkeys-lru' }, /set maxmemory-policy to noeviction \(it is allkeys-lru\)/],
      ['settings it keeps to itself', { 'rename-command': 'CONFIG' }, /CONFIG GET.*appendonly yes, appendfsync always/],
    ])('%s', async (_what, settings, words) => {
      const { status, detail } = await healthWith(settings);
      expect(status).toBe('warn');
      expect(detail).toMatch(words);
      expect(detail).not.toMatch(/127\.0\.0\.1|\n/);
    });

    test('a clock too far from ours', async () => {
      const { status, detail } = await healthWith({}, -1);
      expect(status).toBe('warn');
      expect(detail).toMatch(/clock and ours are \d+ ms apart.*NTP/);
    });
  });

  test('takes user and password from the URL', async () => {
    await expect(healthWith({ requirepass: PASSWORD })).resolves.toMatchObject({ status: 'pass' });
  });

  test('says that the password is wrong, but never what it is', async () => {
    await start({ requirepass: PASSWORD });
    const wrong = openRedisClaims(`redis://:${encodeURIComponent(`not ${PASSWORD}`)}@127.0.0.1:${server?.port}`, {
      log,
    });
    await expect(untilUp(wrong, 500)).rejects.toThrow(/\(WRONGPASS\): check .*user and password in REDIS_URL/);
    await wrong.close();
    expectNoSecret();
  });

  test('a server that repeats what it was sent does not bring the password into the log', async () => {
    const started = await start({ requirepass: PASSWORD, 'rename-command': 'HELLO' }).catch(() => undefined);
    expect(started).toBeDefined();
    if (started === undefined) return;
    await expect(untilUp(started, 500)).rejects.toThrow(/Redis refuses to work for us/);
    const error: unknown = await started
      .claim({ keys: { request: 'r' }, fingerprint: '' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String((error as Error).cause)).toContain('***');
    expectNoSecret(String((error as Error).cause));
    expect(JSON.stringify(lines)).toContain("'AUTH' 'default' '***'");
    expectNoSecret();
  });

  function expectNoSecret(text = JSON.stringify(lines)): void {
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(encodeURIComponent(PASSWORD));
  }
});
