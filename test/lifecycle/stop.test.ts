import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/api-process.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { get, postOrder, until } from '../support/http.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { cleanLedger, ledgerOf } from '../support/ledger.ts';
import { startOrderLoad } from '../support/order-load.ts';
import { createTestTopic, type TestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

describeWithKafka('a process that is told to stop', ({ bootstrap }) => {
  let topic: TestTopic;
  let proxy: KafkaProxy;
  let api: ApiProcess;

  async function start(env: Record<string, string> = {}): Promise<string> {
    topic = await createTestTopic(bootstrap);
    proxy = await startKafkaProxy(bootstrap);
    api = startApi({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: proxy.bootstrap, KAFKA_TOPIC: topic.name, ...env });
    const url = await api.url;
    await until(
      () => get(`${url}/readyz`),
      ({ status }) => status === 200,
    );
    return url;
  }

  afterEach(async () => {
    await api.kill();
    await proxy.close();
    await topic.remove();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s under load: exits 0, no accepted order is lost, no request is cut',
    async (signal) => {
      const url = await start();
      const load = startOrderLoad({ url, key: api.key, clients: 32 });
      await load.waitForAccepted(500);
      api.signal(signal);
      // As a load balancer does: new requests go elsewhere once the probe fails; those under way stay.
      await until(
        () => get(`${url}/readyz`),
        ({ status }) => status === 503,
      );
      const result = await load.stop();
      await expect(api.ended).resolves.toBe(0);
      expect(ledgerOf(result, await readTopic(bootstrap, topic.name))).toEqual(cleanLedger(result.accepted.length));
      expect(result.unanswered).toEqual([]);
      expect(result.notPublished).toEqual([]);
      expect(result.unexpected).toEqual([]);
    },
  );

  test('is not ready any more, but answers, while a request is under way; then it exits 0', async () => {
    const url = await start();
    proxy.setFault({ kind: 'delay', ms: 1_500 });
    const slow = postOrder({ url, key: api.key });
    await until(
      () => metricOf(url),
      ({ status }) => status === 200,
    );
    api.signal('SIGTERM');
    await api.waitForLine(({ message }) => message === 'stopping');
    await expect(get(`${url}/readyz`)).resolves.toMatchObject({ status: 503, body: { status: 'stopping' } });
    await expect(get(`${url}/healthz`)).resolves.toMatchObject({ status: 200 });
    await expect(slow).resolves.toMatchObject({ status: 202 });
    await expect(api.ended).resolves.toBe(0);
  });

  test('a client that connects and says nothing, or half of something, does not keep it from stopping', async () => {
    const url = await start();
    const port = Number(new URL(url).port);
    const silent = connect(port, '127.0.0.1');
    const half = connect(port, '127.0.0.1');
    await Promise.all([once(silent, 'connect'), once(half, 'connect')]);
    half.write('POST /orders HTTP/1.1\r\nHost: x\r\nContent-Le');
    for (const socket of [silent, half]) socket.on('error', () => undefined); // cut off, as meant
    api.signal('SIGTERM');
    await expect(api.ended).resolves.toBe(0);
    expect(api.lines.some(({ message }) => message === 'stopped')).toBe(true);
  });

  test('a second signal ends it at once, not in order', async () => {
    const url = await start();
    proxy.setFault({ kind: 'withhold' });
    const cut = postOrder({ url, key: api.key }).catch(() => 'cut');
    await proxy.waitForLost(1);
    api.signal('SIGTERM');
    await api.waitForLine(({ message }) => message === 'stopping');
    api.signal('SIGTERM');
    await expect(api.ended).resolves.toBe(1);
    await expect(cut).resolves.toBe('cut');
    expect(api.lines.some(({ message }) => message === 'stopped')).toBe(false);
  });

  test('exits all the same when it cannot end in order within SHUTDOWN_TIMEOUT_MS', async () => {
    const url = await start({ SHUTDOWN_TIMEOUT_MS: '1500', PUBLISH_TIMEOUT_MS: '30000' });
    proxy.setFault({ kind: 'withhold' });
    const cut = postOrder({ url, key: api.key }).catch(() => 'cut');
    await proxy.waitForLost(1);
    api.signal('SIGTERM');
    await expect(api.ended).resolves.toBe(1);
    await expect(cut).resolves.toBe('cut');
  });
});

/** Something that answers 200, to be sure that the request before it has reached the process. */
function metricOf(url: string) {
  return get(`${url}/healthz`);
}
