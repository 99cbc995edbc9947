import { afterEach, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/api-process.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { get, postOrder, until } from '../support/http.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { createTestTopic, FENCE, type TestTopic } from '../support/test-topic.ts';

describeWithKafka('a process whose Kafka is away', ({ bootstrap }) => {
  let proxy: KafkaProxy;
  let topic: TestTopic;
  let api: ApiProcess;

  afterEach(async () => {
    await api.kill();
    await proxy.close();
    await topic.remove();
  });

  test('from the start: it lives, is not ready, answers 503, and becomes ready by itself when Kafka comes', async () => {
    topic = await createTestTopic(bootstrap, { configs: FENCE });
    proxy = await startKafkaProxy(bootstrap);
    await proxy.shut();
    api = startApi({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: proxy.bootstrap, KAFKA_TOPIC: topic.name });
    const url = await api.url;

    await expect(get(`${url}/healthz`)).resolves.toMatchObject({ status: 200, body: { status: 'ok' } });
    const { status, body } = await until(() => get(`${url}/readyz`), sawTheCheckRun);
    expect({ status, body }).toMatchObject({
      status: 503,
      body: {
        status: 'starting',
        checks: expect.arrayContaining([
          { name: 'publisher', status: 'fail', detail: expect.stringContaining('KAFKA_') },
          { name: 'view', status: 'fail', detail: expect.stringContaining('KAFKA_') },
        ]),
      },
    });
    await expectNotPublished(url);

    await proxy.reopen();
    await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'ready',
    );
    await expect(postOrder({ url, key: api.key })).resolves.toMatchObject({ status: 202 });
  });

  test('later: it stays ready but degraded, says so in log and metrics, writes dead letters, and recovers', async () => {
    topic = await createTestTopic(bootstrap, { configs: FENCE });
    proxy = await startKafkaProxy(bootstrap);
    api = startApi({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: proxy.bootstrap, KAFKA_TOPIC: topic.name });
    const url = await api.url;
    await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'ready',
    );
    await expect(postOrder({ url, key: api.key })).resolves.toMatchObject({ status: 202 });

    await proxy.shut();
    const degraded = await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'degraded',
    );
    expect(degraded).toMatchObject({
      status: 200,
      body: { checks: expect.arrayContaining([expect.objectContaining({ name: 'publisher', status: 'fail' })]) },
    });
    await api.waitForLine(({ message, check }) => message === 'check failed' && check === 'publisher');
    const { requestId } = await expectNotPublished(url);
    const letter = await api.waitForLine(({ kind }) => kind === 'dead_letter');
    expect(letter).toMatchObject({
      outcome: 'rejected',
      requestId,
      principal: 'default',
      event: { type: 'orders.order.created.v1', data: { order: { customerId: 'secret-customer' } } },
    });

    await proxy.reopen();
    await until(
      () => get(`${url}/readyz`),
      ({ body: { status } }) => status === 'ready',
    );
    await expect(postOrder({ url, key: api.key })).resolves.toMatchObject({ status: 202 });
  });

  async function expectNotPublished(url: string) {
    const { status, headers, body } = await postOrder({ url, key: api.key });
    expect(status).toBe(503);
    expect(body).toMatchObject({ type: '/problems/not-published', retryAfter: 1 });
    expect(headers.get('retry-after')).toBe('1');
    return body;
  }
});

function sawTheCheckRun({ body }: { body: Readonly<Record<string, unknown>> }): boolean {
  return !JSON.stringify(body).includes('not run yet');
}
