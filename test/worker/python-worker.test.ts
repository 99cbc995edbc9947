/**
 * Property: the event contract alone is enough. A reader that shares no code with the service, in another language, prints
 * each event once, passes over what is none, and refuses what the contract does not promise.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { Message } from 'kafkajs';
import { logBarrier, orderCreated } from '../../src/domain/events.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { describeWithPython } from '../support/describe-with-python.ts';
import { createHttpClient, trackingOf, type Answer } from '../support/http-client.ts';
import { anOrder, aRequest } from '../support/orders.ts';
import { ensurePython } from '../support/python-environment.ts';
import { PYTHON_REQUIREMENTS, startPythonWorker, type PythonWorker } from '../support/python-worker.ts';
import { withProducer } from '../support/reading-kafka.ts';
import { startService, type RunningService } from '../support/running-service.ts';
import { createTestTopic, FENCE, type TestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

// The first run makes the environment.
jest.setTimeout(300_000);

const CREATED = 'orders.order.created.v1';
const CHANGED = 'orders.order.status-changed.v1';

describeWithPython('the worker in Python', () => {
  describeWithKafka('the worker in Python', ({ bootstrap }) => {
    let python: string;
    let topic: TestTopic;
    let service: RunningService;
    const running: PythonWorker[] = [];
    beforeAll(async () => {
      python = await ensurePython(PYTHON_REQUIREMENTS);
    });
    beforeEach(async () => {
      topic = await createTestTopic(bootstrap, { partitions: 3, configs: FENCE });
      service = await startService({ bootstrap, topic: topic.name });
    });
    afterEach(async () => {
      await Promise.all(running.splice(0).map(kill));
      await service.close();
      await topic.remove();
    });

    function start(...args: string[]): PythonWorker {
      const env = { KAFKA_BROKERS: bootstrap, KAFKA_TOPIC: topic.name, GROUP: topic.name };
      const worker = startPythonWorker(python, { env, args });
      running.push(worker);
      return worker;
    }

    test('prints each event once, says what it refuses, and goes on where its group was', async () => {
      const client = createHttpClient(service.url);
      const first = await client.createOrder(anOrder({ orderId: 'order-1' }));
      const { partition, offset } = trackingOf(first);
      const [original] = await readTopic(bootstrap, topic.name);
      if (original === undefined) throw new Error('the order is on the topic');

      // All on the partition of that order, so that they have been read when the order's change is printed.
      const event = orderCreated(anOrder({ orderId: 'order-2' }), aRequest(Date.now()));
      const newer = { ...event.data, schemaVersion: '1.7', order: { ...event.data.order, gift: true }, region: 'eu' };
      const barrier = logBarrier(partition, { id: randomUUID(), timestamp: Date.now() });
      const messages: Message[] = [
        { ...toRecord(event), value: JSON.stringify(newer) },
        { ...toRecord(event), value: '{"schemaVersion":' },
        { ...toRecord(event), value: JSON.stringify({ ...newer, order: { ...newer.order, items: [] } }) },
        { ...toRecord(event), headers: { ...toRecord(event).headers, ce_time: 'now' } },
        { key: 'order-2', value: 'hello' },
        toRecord(barrier),
        { key: original.key, value: original.value, headers: original.headers },
      ];
      await withProducer(bootstrap, async (producer) => {
        await producer.send({ topic: topic.name, messages: messages.map((message) => ({ ...message, partition })) });
      });
      const changed = await client.updateStatus('order-1', { status: 'shipped' });
      const others = await Promise.all(
        ['order-3', 'order-4', 'order-5', 'order-6'].map((orderId) => client.createOrder(anOrder({ orderId }))),
      );

      const place = (distance: number) => `${partition}/${Number(offset) + distance}`;
      const expected = [
        lineOf(first, CREATED, 'accepted'),
        `${place(1)} ${CREATED} order-2 accepted`,
        lineOf(changed, CHANGED, 'shipped'),
        ...others.map((answer) => lineOf(answer, CREATED, 'accepted')),
      ];
      const worker = start();
      await worker.waitForLines({ out: expected.length, err: 4 });
      worker.signal('SIGTERM');
      expect(await worker.ended).toBe(0);
      expect([...worker.lines().out].sort()).toEqual(expected.sort());
      expect(worker.lines().err).toEqual([
        expect.stringContaining(`${place(2)} refused: Expecting value`),
        `${place(3)} refused: payload.order.items: [] should be non-empty`,
        `${place(4)} refused: headers.ce_time: 'now' is not a 'date-time'`,
        `${place(5)} refused: ce_type: None is not in the contract`,
      ]);

      const later = await client.createOrder(anOrder({ orderId: 'order-7' }));
      const next = start('--until-idle', '10');
      expect(await next.ended).toBe(0);
      expect(next.lines()).toEqual({ out: [lineOf(later, CREATED, 'accepted')], err: [] });
    });
  });
});

function lineOf(answer: Answer, type: string, status: string): string {
  const { partition, offset, orderId } = trackingOf(answer);
  return `${partition}/${offset} ${type} ${orderId} ${status}`;
}

async function kill(worker: PythonWorker): Promise<void> {
  worker.signal('SIGKILL');
  await worker.ended;
}
