/**
 * Property: a repeat is answered with the first answer, whoever gets it: the same process, the one that was started after it
 * was killed, or another replica; and what was accepted can be read there.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/api-process.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { createHttpClient, orderOf, pageOf, trackingOf, type HttpClient } from '../support/http-client.ts';
import { get, until } from '../support/http.ts';
import { anOrder } from '../support/orders.ts';
import { createTestTopic, FENCE, type TestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

describeWithKafka('a repeat', ({ bootstrap }) => {
  const running: ApiProcess[] = [];
  let topic: TestTopic;
  afterEach(async () => {
    await Promise.all(running.splice(0).map((api) => api.kill()));
    await topic.remove();
  });

  /** A replica that takes orders. */
  async function replica(): Promise<{ api: ApiProcess; client: HttpClient }> {
    const api = startApi({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: bootstrap, KAFKA_TOPIC: topic.name });
    running.push(api);
    const url = await api.url;
    await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'ready',
    );
    return { api, client: createHttpClient(url) };
  }

  const headersOf = ({ api }: { api: ApiProcess }, id: string) => ({ 'X-API-Key': api.key, 'Idempotency-Key': id });

  test('after kill -9 and a new start of the only replica: the first answer, one message', async () => {
    topic = await createTestTopic(bootstrap, { configs: FENCE });
    const first = await replica();
    const order = anOrder({ orderId: 'order-1' });
    const answers = [await first.client.createOrder(order, headersOf(first, 'request-1'))];
    const changes = [await first.client.updateStatus('order-1', { status: 'shipped' }, headersOf(first, 'request-2'))];
    await first.api.kill();
    const second = await replica();
    answers.push(await second.client.createOrder(order, headersOf(second, 'request-1')));
    changes.push(await second.client.updateStatus('order-1', { status: 'shipped' }, headersOf(second, 'request-2')));
    for (const [before, after] of [answers, changes]) {
      if (before === undefined || after === undefined) throw new Error('each was asked twice');
      expect(trackingOf(after)).toEqual(trackingOf(before));
      expect([before.headers['idempotent-replayed'], after.headers['idempotent-replayed']]).toEqual([
        undefined,
        'true',
      ]);
    }
    expect(await readTopic(bootstrap, topic.name)).toHaveLength(2);
  });

  test('on another replica: the first answer, and the order can be read there at once', async () => {
    topic = await createTestTopic(bootstrap, { configs: FENCE });
    const [one, other] = [await replica(), await replica()];
    for (let i = 1; i <= 20; i += 1) {
      const order = anOrder({ orderId: `order-${i}` });
      const first = await one.client.createOrder(order, headersOf(one, `request-${i}`));
      const path = `/orders/order-${i}`;
      // Before a 404 the other replica reads to the end, so from here on it knows.
      const seen = orderOf(await other.client.get(path, { headers: headersOf(other, `get-${i}`) }));
      expect(seen.history[0]?.eventId).toBe(trackingOf(first).eventId);
      const repeat = await other.client.createOrder(order, headersOf(other, `request-${i}`));
      expect(trackingOf(repeat)).toEqual(trackingOf(first));
      expect(repeat.headers['idempotent-replayed']).toBe('true');
    }
    expect(await readTopic(bootstrap, topic.name)).toHaveLength(20);
  });

  test('what one replica accepts shows on another one within the tail lag, which is printed', async () => {
    topic = await createTestTopic(bootstrap, { configs: FENCE });
    const [one, other] = [await replica(), await replica()];
    const newest = async () => {
      const page = await other.client.get('/orders?limit=1', { headers: headersOf(other, randomUUID()) });
      return pageOf(page).orders[0]?.orderId;
    };
    const lags: number[] = [];
    for (let i = 1; i <= 100; i += 1) {
      const { orderId } = trackingOf(await one.client.createOrder(anOrder(), headersOf(one, `request-${i}`)));
      const accepted = performance.now();
      while ((await newest()) !== orderId);
      lags.push(performance.now() - accepted);
    }
    lags.sort((a, b) => a - b);
    const at = (part: number) => `${Math.ceil(lags[Math.floor(part * (lags.length - 1))] ?? 0)} ms`;
    console.info(`tail lag of 100 orders, the polling included: median ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`);
  });
});
