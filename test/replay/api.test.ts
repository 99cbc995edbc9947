/**
 * Property: what the API could not publish, or of which it did not know whether it had, is exactly one message after its replay,
 * with the event id it would have had: whether the first attempt has landed or never will.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/api-process.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { createHttpClient } from '../support/http-client.ts';
import { get, until } from '../support/http.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { anOrder } from '../support/orders.ts';
import { runReplay } from '../support/replay-process.ts';
import { createTestTopic, type TestTopic } from '../support/test-topic.ts';
import { readTopic, type TopicRecord } from '../support/topic-reader.ts';

/** Short, so that an outcome that is not known is settled within the test. */
const SHORT_FENCE = { 'message.timestamp.before.max.ms': '1500', 'message.timestamp.after.max.ms': '500' };

const KEYS = { API_KEY: '', API_KEYS: 'shop:shop-key', ADMIN_API_KEY: 'operators-key' };
const KINDS = ['made', 'own', 'change'] as const;
/** An order whose id is made, one with an id of its own, and a change of its status. */
type Kind = (typeof KINDS)[number];
const CHANGE = { status: 'shipped', notes: 'left' };
const SHOP = { 'X-API-Key': 'shop-key' };

describeWithKafka('npm run replay -- api', ({ bootstrap }) => {
  let folder: string;
  let file: string;
  let topic: TestTopic;
  let proxy: KafkaProxy;
  const running: ApiProcess[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'orders-replay-'));
    file = join(folder, 'dead-letters.jsonl');
    topic = await createTestTopic(bootstrap, { configs: SHORT_FENCE });
    proxy = await startKafkaProxy(bootstrap);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((api) => api.kill()));
    await proxy.close();
    await topic.remove();
    rmSync(folder, { recursive: true });
  });

  /** A replica that takes orders, and its address. The first one has taken one, so that it is connected. */
  async function replica(brokers: string, env: Record<string, string> = {}): Promise<{ api: ApiProcess; url: string }> {
    const kafka = { BACKEND_MODE: 'kafka', KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic.name };
    const api = startApi({ ...KEYS, ...kafka, PUBLISH_TIMEOUT_MS: '700', DEAD_LETTER_FILE: file, ...env });
    running.push(api);
    const url = await api.url;
    await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'ready',
    );
    const connecting = { ...SHOP, 'Idempotency-Key': 'connecting' };
    expect((await createHttpClient(url).createOrder(anOrder({ orderId: 'order-0' }), connecting)).status).toBe(202);
    return { api, url };
  }

  const replay = (url: string, ...args: string[]) =>
    runReplay(['api', file, '--url', url, ...args], { ADMIN_API_KEY: KEYS.ADMIN_API_KEY });
  const letters = () =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map(
        (line) =>
          JSON.parse(line) as {
            requestId: string;
            orderId: string;
            outcome: string;
            event: { id: string; data: object };
          },
      );
  const orderEvents = async () =>
    (await readTopic(bootstrap, topic.name)).filter(
      ({ headers, value }) =>
        headers['ce_type'] !== 'orders.log.barrier.v1' && !value.includes('"requestId":"connecting"'),
    );
  const idOf = ({ headers }: TopicRecord) => headers['ce_id'];

  /**
   * Three requests that Kafka does not answer. Of the first one nobody knows whether it is there; the others may have waited behind
   * it.
   */
  async function loseThree(url: string, first: Kind = 'made'): Promise<void> {
    const client = createHttpClient(url);
    const send = {
      made: () => client.createOrder(anOrder(), { ...SHOP, 'X-Request-Id': 'made' }),
      own: () => client.createOrder(anOrder({ orderId: 'order-2' }), { ...SHOP, 'Idempotency-Key': 'own' }),
      change: () => client.updateStatus('order-0', CHANGE, { ...SHOP, 'Idempotency-Key': 'change' }),
    };
    const kinds = [first, ...KINDS.filter((kind) => kind !== first)];
    for (const kind of kinds) expect((await send[kind]()).status).toBe(503);
    expect(letters().map(({ requestId }) => requestId)).toEqual(kinds);
    expect(letters()[0]?.outcome).toBe('unknown');
  }

  /** Another replica, after one that has lost three requests was killed, and what it had in the network with it. */
  async function replicaAfterNothingLanded() {
    const first = await replica(proxy.bootstrap);
    proxy.hold('requests');
    await loseThree(first.url);
    await first.api.kill();
    await proxy.shut();
    expect(await orderEvents()).toEqual([]);
    return replica(bootstrap);
  }

  async function expectOneMessageEach(): Promise<void> {
    const events = await orderEvents();
    const ids = letters().map(({ event }) => event.id);
    expect(events.map(idOf).sort()).toEqual([...ids].sort());
    for (const { event, orderId, requestId } of letters()) {
      const there = events.find(({ headers }) => headers['ce_id'] === event.id);
      expect(there?.key).toBe(orderId);
      const { metadata, ...said } = JSON.parse(there?.value ?? '') as Record<string, unknown>;
      expect(metadata).toMatchObject({ requestId, principal: 'shop' });
      expect({ ...said, metadata: undefined }).toEqual({ ...event.data, metadata: undefined });
    }
  }

  test.each(KINDS)(
    'a first attempt (%s) has landed, unknown to the process that is asked: it is found',
    async (kind) => {
      const first = await replica(proxy.bootstrap);
      proxy.setFault({ kind: 'withhold' });
      await loseThree(first.url, kind);
      await first.api.kill();
      const second = await replica(bootstrap);
      const landed = (await orderEvents()).map(idOf);
      expect(landed).toContain(letters()[0]?.event.id);
      expect(await replay(second.url)).toMatchObject({
        code: 0,
        stderr: `3 requests accepted (${landed.length} of them before), 0 refused, 0 broken lines, 0 left.\n`,
      });
      await expectOneMessageEach();
    },
  );

  test('the same through the very process that does not know: it waits as long as it is told to', async () => {
    const { url } = await replica(proxy.bootstrap);
    proxy.setFault({ kind: 'withhold' });
    await loseThree(url);
    proxy.setFault({ kind: 'none' });
    expect((await replay(url)).code).toBe(0);
    await expectOneMessageEach();
  });

  test('first attempts never land: each is published, as the event it would have been', async () => {
    const second = await replicaAfterNothingLanded();
    expect(await replay(second.url)).toMatchObject({
      code: 0,
      stderr: '3 requests accepted (0 of them before), 0 refused, 0 broken lines, 0 left.\n',
    });
    await expectOneMessageEach();
    expect(second.api.lines.filter(({ actor }) => actor === 'admin').map(({ onBehalfOf }) => onBehalfOf)).toEqual([
      'shop',
      'shop',
      'shop',
    ]);
    // And its client's own repeat gets the answer that the replay has had.
    const own = await createHttpClient(second.url).createOrder(anOrder(), { ...SHOP, 'X-Request-Id': 'made' });
    expect([own.status, own.headers['idempotent-replayed']]).toEqual([202, 'true']);
    await expectOneMessageEach();
  });

  test('what is done is remembered beside the file, and only what is left is sent', async () => {
    const second = await replicaAfterNothingLanded();
    const before = readFileSync(file, 'utf8');
    await replay(second.url, '--order', 'order-2');
    const done = readFileSync(`${file}.replayed`, 'utf8').trimEnd().split('\n');
    expect(done.map((line) => JSON.parse(line) as unknown)).toEqual(
      letters()
        .filter(({ orderId }) => orderId === 'order-2')
        .map(({ event, orderId }) => expect.objectContaining({ status: 202, eventId: event.id, orderId }) as unknown),
    );
    expect((await replay(second.url)).stderr).toMatch(/^2 requests accepted/);
    expect((await replay(second.url)).stderr).toMatch(/^0 requests accepted/);
    expect(readFileSync(file, 'utf8')).toBe(before);
    await expectOneMessageEach();
  });

  test('through stdin, out of a log; it says that to do it again is safe', async () => {
    const second = await replicaAfterNothingLanded();
    const log = `> orders-api start\n{"message":"listening"}\n${readFileSync(file, 'utf8')}{"kind":"dead_letter","ti`;
    const env = { ADMIN_API_KEY_FILE: join(folder, 'key') };
    writeFileSync(env.ADMIN_API_KEY_FILE, `${KEYS.ADMIN_API_KEY}\n`);
    const how = [['api', '-', '--url', second.url], env, { stdin: log }] as const;
    const once = await runReplay(...how);
    expect(once.code).toBe(1);
    expect(once.stderr).toMatch(
      /^Line 6 is passed over: .*\n3 requests accepted .* 1 broken line, 0 left\.\n.* is safe/,
    );
    expect((await runReplay(...how)).stderr).toContain('3 requests accepted (3 of them before)');
    await expectOneMessageEach();
  });

  test('a key that is not that of operators, no API, no file, no key: one line each, and nothing is done', async () => {
    writeFileSync(file, `${JSON.stringify(aLostOrder)}\n`);
    const { url } = await replica(bootstrap);
    expect(await replay(url, '--key', 'shop-key')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/1 left\.\nThe API refuses the key \(403\).*\n$/) as unknown,
    });
    const away = await replay('http://localhost:1');
    expect([away.code, away.stderr]).toEqual([1, expect.stringMatching(/1 left\.\nThe API cannot be reached \(.*\n$/)]);
    const missing = await runReplay(['api', join(folder, 'none'), '--url', url], { ADMIN_API_KEY: 'k' });
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/^It cannot be read: ENOENT.*\n$/)]);
    const keyless = await runReplay(['api', file, '--url', url]);
    expect([keyless.code, keyless.stderr]).toEqual([1, expect.stringContaining('ADMIN_API_KEY: required')]);
    expect(await orderEvents()).toEqual([]);
  });
});

const aLostOrder = {
  kind: 'dead_letter',
  time: '2026-01-01T00:00:00.000Z',
  outcome: 'rejected',
  reason: 'unreachable',
  error: 'Kafka cannot be reached.',
  requestId: 'request-1',
  principal: 'shop',
  orderId: 'order-1',
  event: {
    id: 'event-1',
    type: 'orders.order.created.v1',
    data: { order: { ...anOrder({ orderId: 'order-1' }), currency: 'USD' } },
  },
};
