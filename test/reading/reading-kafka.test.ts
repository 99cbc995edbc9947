/**
 * Property: reading from Kafka leaves no trace in it, takes any record and any number of them, and goes on where it was when
 * connections come back.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../../src/domain/events.ts';
import type { Receipt } from '../../src/publishing/publisher.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy } from '../support/kafka-proxy.ts';
import { createdEvent } from '../support/orders.ts';
import { followKafka, KEEP, openPublisher, withKafkaAdmin, type ReadingFixture } from '../support/reading-kafka.ts';
import { createTestTopic, type TestTopic } from '../support/test-topic.ts';

describeWithKafka('on a real broker', ({ bootstrap }) => {
  let topic: TestTopic;
  let following: ReadingFixture | undefined;
  beforeEach(async () => {
    topic = await createTestTopic(bootstrap, { configs: { ...KEEP, 'max.message.bytes': '4000000' } });
  });
  afterEach(async () => {
    await following?.reader.close();
    await topic.remove();
  });

  test('no consumer group comes into being', async () => {
    const groups = () => withKafkaAdmin(bootstrap, (admin) => admin.listGroups());
    const before = await groups();
    const publisher = openPublisher(bootstrap, topic.name);
    following = followKafka(bootstrap, topic.name);
    await publisher.publish(createdEvent('order-1'));
    await following.sink.until(({ entries }) => entries.length === 1);
    expect(await groups()).toEqual(before);
    await publisher.close();
  });

  test('records larger than a fetch asks for are read', async () => {
    const publisher = openPublisher(bootstrap, topic.name);
    // As a later minor version may have it: fields that are not known are passed over.
    const large = (orderId: string): OrderEvent => {
      const event = createdEvent(orderId);
      Object.assign(event.data, { padding: 'x'.repeat(1_500_000) });
      return event;
    };
    const events = [
      large('order-1'),
      createdEvent('order-2'),
      large('order-3'),
      large('order-4'),
      createdEvent('order-5'),
    ];
    await Promise.all(events.map((event) => publisher.publish(event)));
    following = followKafka(bootstrap, topic.name);
    await following.sink.until(({ entries }) => entries.length === events.length);
    expect(new Set(following.sink.entries.map(({ event }) => event))).toEqual(new Set(events));
    await publisher.close();
  });

  test('20,000 records are read in order', async () => {
    const publisher = openPublisher(bootstrap, topic.name);
    const receipts: Receipt[] = [];
    const events = Array.from({ length: 20_000 }, (_, i) => createdEvent(`order-${i}`));
    for (let i = 0; i < events.length; i += 2_000) {
      receipts.push(...(await Promise.all(events.slice(i, i + 2_000).map((event) => publisher.publish(event)))));
    }
    const start = performance.now();
    following = followKafka(bootstrap, topic.name);
    const { sink } = following;
    await sink.until(({ entries }) => entries.length >= events.length);
    const seconds = (performance.now() - start) / 1000;
    console.info(
      `read ${events.length} records in ${seconds.toFixed(2)} s: ${Math.round(events.length / seconds)} a second`,
    );
    const idAt = new Map(sink.entries.map(({ partition, offset, event }) => [`${partition}/${offset}`, event.id]));
    expect(receipts.map(({ partition, offset }) => idAt.get(`${partition}/${offset}`))).toEqual(
      events.map(({ id }) => id),
    );
    expect(sink.entries).toHaveLength(events.length);
    expect(sink.breaches).toEqual([]);
    await publisher.close();
  });

  test('it goes on where it was after cut connections and after a while without any, and says so once', async () => {
    const proxy = await startKafkaProxy(bootstrap);
    const publisher = openPublisher(bootstrap, topic.name);
    following = followKafka(proxy.bootstrap, topic.name);
    const { sink, lines, reader } = following;
    const publish = (count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => publisher.publish(createdEvent(`order-${i}`))));
    await publish(100);
    await sink.until(({ entries }) => entries.length === 100);
    for (let i = 1; i <= 5; i += 1) {
      proxy.cutAll();
      await publish(100);
      await sink.until(({ entries }) => entries.length === 100 + 100 * i);
    }
    await proxy.shut();
    await publish(100);
    const before = lines.filter(({ level }) => level === 'warn').length;
    await sleep(2_000);
    await expect(reader.bounds([0])).rejects.toThrow(/KAFKA_BROKERS/);
    expect(lines.filter(({ level }) => level === 'warn').length - before).toBeLessThanOrEqual(2);
    await proxy.reopen();
    await sink.until(({ entries }) => entries.length === 700);
    expect(sink.breaches).toEqual([]);
    expect(sink.begun).toHaveLength(6);
    await publisher.close();
    await reader.close();
    await proxy.close();
  });

  test('it begins when Kafka comes, having been told to follow before', async () => {
    const proxy = await startKafkaProxy(bootstrap);
    await proxy.shut();
    following = followKafka(proxy.bootstrap, topic.name);
    await sleep(500);
    await proxy.reopen();
    await following.sink.until(({ begun }) => begun.length === 6);
    await following.reader.close();
    await proxy.close();
  });

  test('the bounds are asked for beside the fetches that wait: many at once take no longer than one poll', async () => {
    following = followKafka(bootstrap, topic.name);
    const { reader, sink } = following;
    await sink.until(({ begun }) => begun.length === 6);
    await reader.bounds([0]);
    const start = performance.now();
    await Promise.all(Array.from({ length: 60 }, (_, i) => reader.bounds([i % 6])));
    expect(performance.now() - start).toBeLessThan(400);
  });

  test("the topic's rules are those that were set; a bound that is not set is none", async () => {
    following = followKafka(bootstrap, topic.name);
    const { timestampType, afterMaxMs, beforeMaxMs, unreadableCompression } = await following.reader.rules();
    expect({ timestampType, afterMaxMs, beforeMaxMs, unreadableCompression }).toEqual({
      timestampType: 'CreateTime',
      afterMaxMs: 3_600_000,
      beforeMaxMs: undefined,
      unreadableCompression: undefined,
    });
    const bounded = await createTestTopic(bootstrap, {
      configs: {
        'message.timestamp.type': 'LogAppendTime',
        'message.timestamp.before.max.ms': '30000',
        'retention.ms': '-1',
        'compression.type': 'lz4',
      },
    });
    const other = followKafka(bootstrap, bounded.name);
    expect(await other.reader.rules()).toEqual({
      timestampType: 'LogAppendTime',
      afterMaxMs: 3_600_000,
      beforeMaxMs: 30_000,
      retentionMs: undefined,
      unreadableCompression: 'lz4',
    });
    await other.reader.close();
    await bounded.remove();
  });
});
