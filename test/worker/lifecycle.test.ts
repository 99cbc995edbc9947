/**
 * Property: the worker process says how it stands in words that help, stops in order, does what the demo switches tell it, and does
 * not start with a configuration that is wrong.
 */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderEvent } from '../../src/domain/events.ts';
import { startProcess, type ChildProcess } from '../support/child-process.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startEventLoad } from '../support/event-load.ts';
import { get, until, type Answer } from '../support/http.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { createdEvent } from '../support/orders.ts';
import { withKafkaAdmin } from '../support/reading-kafka.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { untilHolds } from '../support/until-holds.ts';
import { openWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';
import { effectsOf } from '../support/worker-notes.ts';
import { sessionOf, type WorkerProcess } from '../support/worker-process.ts';

const ADMIN_API_KEY = 'admin-key';

describeWithKafka('a worker process', ({ bootstrap }) => {
  let fixture: WorkerFixture;
  beforeEach(async () => {
    fixture = await openWorkerFixture(bootstrap, { partitions: 3, env: { ADMIN_API_KEY } });
  });
  afterEach(async () => {
    await fixture.close();
  });

  const probe = async (worker: WorkerProcess, path: string): Promise<Answer> => get(`${await worker.url}${path}`);

  test('src/worker.ts: healthy, ready with its partitions, counts what it handles, stops at SIGTERM', async () => {
    const worker = fixture.team.startPlain();
    const { body } = await worker.ready();
    expect(body).toMatchObject({
      checks: expect.arrayContaining([{ name: 'group', status: 'pass', detail: '6 partitions assigned' }]),
    });
    await expect(probe(worker, '/healthz')).resolves.toMatchObject({ status: 200, body: { status: 'ok' } });
    await fixture.publish(someEvents(10));
    await fixture.settled();
    await expect(probe(worker, '/stats')).resolves.toMatchObject({ body: { createdByTenant: { 'tenant-1': 10 } } });
    await expect(worker.stop()).resolves.toBe(0);
    expect(worker.lines.at(-1)).toMatchObject({ message: 'stopped' });
    expect(worker.stderr()).toBe('');
  });

  describe('whose topics are not as they must be lives, is not ready, and names the setting', () => {
    test.each(['KAFKA_TOPIC', 'KAFKA_RETRY_TOPIC', 'KAFKA_DLQ_TOPIC'])('%s is missing', async (name) => {
      const worker = fixture.team.startPlain({ [name]: 'there-is-no-such-topic' });
      const seen = await until(() => probe(worker, '/readyz'), says(name));
      expect(seen).toMatchObject({ status: 503, body: { status: 'starting' } });
      expect(JSON.stringify(seen.body)).toContain('there-is-no-such-topic');
      await expect(probe(worker, '/healthz')).resolves.toMatchObject({ status: 200 });
    });

    test('the retry topic has fewer partitions; it is ready by itself when that is mended', async () => {
      const topic = await createTestTopic(bootstrap, { partitions: 2 });
      const worker = fixture.team.startPlain({ KAFKA_RETRY_TOPIC: topic.name });
      const seen = await until(() => probe(worker, '/readyz'), says('KAFKA_RETRY_TOPIC'));
      expect(seen).toMatchObject({ status: 503 });
      expect(JSON.stringify(seen.body)).toMatch(/2 partitions .* 3/);
      await withKafkaAdmin(bootstrap, (admin) =>
        admin.createPartitions({ topicPartitions: [{ topic: topic.name, count: 3 }] }),
      );
      await worker.ready();
      await topic.remove();
    });
  });

  describe('whose Kafka is away', () => {
    let proxy: KafkaProxy;
    beforeEach(async () => {
      proxy = await startKafkaProxy(bootstrap);
    });
    afterEach(async () => {
      await proxy.close();
    });

    test('from the start: it lives, is not ready, and becomes ready by itself', async () => {
      await proxy.shut();
      const worker = fixture.team.start({ KAFKA_BROKERS: proxy.bootstrap });
      const seen = await until(() => probe(worker, '/readyz'), says('KAFKA_BROKERS'));
      expect(seen).toMatchObject({ status: 503, body: { status: 'starting' } });
      await expect(probe(worker, '/healthz')).resolves.toMatchObject({ status: 200 });
      await proxy.reopen();
      await worker.ready();
    });

    test('later: it is degraded, but neither unready nor unhealthy, and goes on when Kafka is back', async () => {
      const worker = fixture.team.start({ KAFKA_BROKERS: proxy.bootstrap, ...sessionOf(3_000) });
      await worker.ready();
      await fixture.publish(someEvents(20));
      await proxy.shut();
      const degraded = await until(
        () => probe(worker, '/readyz'),
        ({ body: { status } }) => status === 'degraded',
      );
      expect(degraded.status).toBe(200);
      await expect(probe(worker, '/healthz')).resolves.toMatchObject({ status: 200 });
      const events = someEvents(20, 'later');
      await fixture.publish(events);
      await proxy.reopen();
      await worker.ready();
      await fixture.settled();
      const effects = effectsOf(await fixture.notes());
      expect(events.filter(({ id }) => !effects.has(id))).toEqual([]);
    });

    test('stops in time all the same', async () => {
      const worker = fixture.team.start({ KAFKA_BROKERS: proxy.bootstrap, SHUTDOWN_TIMEOUT_MS: '15000' });
      await worker.ready();
      await proxy.shut();
      await expect(worker.stop()).resolves.toBe(0);
    });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s under load: exits 0 with everything committed that it did',
    async (signal) => {
      const worker = fixture.team.start({ NOTES_SLOW_MS: '20' });
      await worker.ready();
      const load = startEventLoad(fixture, { perSecond: 500 });
      await load.waitFor(1_000);
      worker.signal(signal);
      await expect(worker.ended).resolves.toBe(0);
      await load.stop();
      const handled = (await fixture.notes()).length;
      expect(handled).toBeGreaterThan(0);
      expect(handled).toBe(await committedRecords());
    },
  );

  test('a second signal ends it at once', async () => {
    const worker = fixture.team.start();
    await worker.ready();
    await fixture.publish([createdEvent('order-slow', { customerId: '{"kind":"slow","ms":5000}' }, Date.now())]);
    await sleep(500);
    worker.signal('SIGTERM');
    await until(() => probe(worker, '/readyz'), says('stopping'));
    worker.signal('SIGTERM');
    await expect(worker.ended).resolves.toBe(1);
    expect(await committedRecords()).toBe(0);
  });

  describe('its demo switches', () => {
    const post = async (worker: WorkerProcess, faults: object, key?: string): Promise<number> => {
      const headers = { 'Content-Type': 'application/json', ...(key !== undefined && { 'X-API-Key': key }) };
      const answer = await fetch(`${await worker.url}/demo`, { method: 'POST', headers, body: JSON.stringify(faults) });
      return answer.status;
    };

    test('are set with the key of operators only', async () => {
      const worker = fixture.team.start();
      const keyless = fixture.team.start({ ADMIN_API_KEY: '' });
      expect(await post(worker, { failEvery: 2 })).toBe(401);
      expect(await post(worker, { failEvery: 2 }, 'another-key')).toBe(401);
      expect(await post(keyless, { failEvery: 2 }, ADMIN_API_KEY)).toBe(401);
      await expect(probe(worker, '/demo')).resolves.toMatchObject({ body: { failEvery: 0 } });
      expect(await post(worker, { failEvery: 2 }, ADMIN_API_KEY)).toBe(200);
      expect(await post(worker, { failEvery: 'all' }, ADMIN_API_KEY)).toBe(422);
      await expect(probe(worker, '/demo')).resolves.toMatchObject({ body: { failEvery: 2, slowMs: 0, dieAfter: 0 } });
    });

    test('every second event fails: dead letters', async () => {
      const worker = fixture.team.start();
      await worker.ready();
      await post(worker, { failEvery: 2 }, ADMIN_API_KEY);
      await fixture.publish(someEvents(20));
      await fixture.settled();
      const letters = await fixture.letters();
      expect(letters).toHaveLength(10);
      expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(['handler_failed']));
      expect(letters[0]?.error).toContain('DEMO_FAIL_EVERY');
      expect(effectsOf(await fixture.notes()).size).toBe(10);
    });

    test('slow: the lag grows, and drains', async () => {
      const worker = fixture.team.start({ WORKER_CONCURRENCY: '1', DEMO_SLOW_MS: '200' });
      await worker.ready();
      await fixture.publish(someEvents(60));
      await untilHolds(async () => (await worker.metric('orders_worker_lag_records')) > 20);
      await untilHolds(async () => (await worker.metric('orders_worker_lag_seconds')) > 1);
      expect(await post(worker, { slowMs: 0 }, ADMIN_API_KEY)).toBe(200);
      await untilHolds(async () => (await worker.metric('orders_worker_lag_records')) === 0);
      expect(await worker.metric('orders_worker_lag_seconds')).toBe(0);
      expect(effectsOf(await fixture.notes()).size).toBe(60);
    });

    test('die: as by kill -9, and nothing is lost', async () => {
      const session = sessionOf(2_000);
      const worker = fixture.team.start({ DEMO_DIE_AFTER: '25', ...session });
      const events = someEvents(50);
      await fixture.publish(events);
      await expect(worker.ended).resolves.toBe('SIGKILL');
      fixture.team.start(session);
      await fixture.settled();
      const effects = effectsOf(await fixture.notes());
      expect(events.filter(({ id }) => !effects.has(id))).toEqual([]);
    });
  });

  async function committedRecords(): Promise<number> {
    const progress = await fixture.progress();
    return progress.reduce((sum, { committed }) => sum + Math.max(0, Number(committed)), 0);
  }
});

describe('a worker process that cannot start', () => {
  let worker: ChildProcess;
  afterEach(async () => {
    await worker.kill();
  });

  test('names every fault of its configuration at once, in plain lines', async () => {
    worker = startProcess('src/worker.ts', {
      HEALTH_PORT: 'x',
      KAFKA_DLQ_TOPIC: 'orders',
      WORKER_CONCURRENCY: '0',
      DEMO_SLOW_MS: '-1',
    });
    await expect(worker.ended).resolves.toBe(1);
    for (const name of ['HEALTH_PORT', 'KAFKA_BROKERS', 'KAFKA_DLQ_TOPIC', 'WORKER_CONCURRENCY', 'DEMO_SLOW_MS'])
      expect(worker.stderr()).toContain(name);
    expect(worker.stderr()).not.toMatch(/\n\s+at /);
    expect(worker.lines).toEqual([]);
  });

  test('says that its port is taken, and which setting to change', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const HEALTH_PORT = String(typeof address === 'object' ? address?.port : '');
    worker = startProcess('src/worker.ts', { HEALTH_PORT, METRICS_PORT: '0', KAFKA_BROKERS: '127.0.0.1:1' });
    await expect(worker.ended).resolves.toBe(1);
    expect(worker.stderr()).toMatch(/^The port is taken: .*HEALTH_PORT/);
    expect(worker.stderr()).not.toMatch(/\n\s+at /);
    holder.close();
  });
});

function someEvents(count: number, tag = 'order'): OrderEvent[] {
  return Array.from({ length: count }, (_, i) => createdEvent(`${tag}-${i}`, {}, Date.now()));
}

function says(text: string): (answer: Answer) => boolean {
  return ({ body }) => JSON.stringify(body).includes(text);
}
