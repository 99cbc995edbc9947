/**
 * Property: what was read belongs to the log that is there. When the topic is deleted and created again, when partitions are
 * added, or when records are removed before they were read, reading begins again where it has to and misses nothing.
 */
import { afterEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../../src/domain/events.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { createTopics } from '../../tools/kafka/topics.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { createdEvent } from '../support/orders.ts';
import {
  followKafka,
  KEEP,
  removeRecords,
  withKafkaAdmin,
  withProducer,
  type ReadingFixture,
} from '../support/reading-kafka.ts';
import { createTestTopic } from '../support/test-topic.ts';

describeWithKafka('on a topic that changes', ({ bootstrap }) => {
  let following: ReadingFixture | undefined;
  let proxy: KafkaProxy | undefined;
  const topics: string[] = [];
  afterEach(async () => {
    await following?.reader.close();
    await proxy?.close();
    await withKafkaAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: topics.splice(0) }));
  });

  async function aTopic(partitions: number): Promise<string> {
    const { name } = await createTestTopic(bootstrap, { partitions, configs: KEEP });
    topics.push(name);
    return name;
  }

  async function replace(topic: string, partitions = 1): Promise<void> {
    await withKafkaAdmin(bootstrap, async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
    });
    for (let tries = 0; ; tries += 1) {
      try {
        await createTopics(bootstrap.split(','), [{ name: topic, partitions, configs: KEEP }], 1);
        return;
      } catch (error) {
        if (tries > 50) throw error;
        await sleep(100); // still being deleted
      }
    }
  }

  const someEvents = (count: number, name: string) =>
    Array.from({ length: count }, (_, i) => createdEvent(`${name}-${i}`));
  async function write(topic: string, events: readonly OrderEvent[], partition = 0): Promise<void> {
    await withProducer(bootstrap, async (producer) => {
      for (const event of events) await producer.send({ topic, messages: [{ ...toRecord(event), partition }] });
    });
  }

  test.each([
    ['shorter', 3],
    ['just as long', 10],
    ['longer', 25],
    ['empty', 0],
  ])('deleted and created again while it is followed, the new log being %s', async (_how, count) => {
    const topic = await aTopic(1);
    await write(topic, someEvents(10, 'old'));
    following = followKafka(bootstrap, topic);
    const { sink } = following;
    await sink.until(({ entries }) => entries.length === 10);
    await replace(topic);
    const events = someEvents(count, 'new');
    await write(topic, events);
    await sink.until(({ begun, position }) => begun.length === 2 && position(0) === BigInt(count));
    expect(sink.begun).toEqual([
      { partition: 0, offset: 0n },
      { partition: 0, offset: 0n },
    ]);
    expect(sink.entries.slice(10).map(({ event }) => event)).toEqual(events);
    expect(sink.breaches).toEqual([]);
  });

  test.each([
    ['shorter', 3],
    ['longer', 25],
  ])('deleted and created again while Kafka was out of reach, the new log being %s', async (_how, count) => {
    const topic = await aTopic(1);
    await write(topic, someEvents(10, 'old'));
    proxy = await startKafkaProxy(bootstrap);
    following = followKafka(proxy.bootstrap, topic);
    const { sink } = following;
    await sink.until(({ entries }) => entries.length === 10);
    await proxy.shut();
    await replace(topic);
    const events = someEvents(count, 'new');
    await write(topic, events);
    await proxy.reopen();
    await sink.until(({ begun, position }) => begun.length === 2 && position(0) === BigInt(count));
    expect(sink.entries.slice(10).map(({ event }) => event)).toEqual(events);
  });

  test('the same log is not taken for another one after a lost connection, all of it being removed or not', async () => {
    const topic = await aTopic(1);
    await write(topic, someEvents(10, 'old'));
    proxy = await startKafkaProxy(bootstrap);
    following = followKafka(proxy.bootstrap, topic);
    const { sink } = following;
    await sink.until(({ entries }) => entries.length === 10);
    proxy.cutAll();
    await write(topic, someEvents(5, 'more'));
    await sink.until(({ entries }) => entries.length === 15);
    await removeRecords(bootstrap, topic, 15n);
    await proxy.shut();
    await proxy.reopen();
    await sleep(1_000);
    await write(topic, someEvents(5, 'still-more'));
    await sink.until(({ entries }) => entries.length === 20);
    expect(sink.begun).toEqual([{ partition: 0, offset: 0n }]);
    expect(sink.entries.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i)));
  });

  test('deleted and created again with more partitions, then with fewer', async () => {
    const topic = await aTopic(2);
    await write(topic, someEvents(5, 'old'), 1);
    following = followKafka(bootstrap, topic);
    const { sink } = following;
    await sink.until(({ entries }) => entries.length === 5);
    await replace(topic, 3);
    await write(topic, someEvents(4, 'new'), 1);
    await write(topic, someEvents(4, 'more'), 2);
    await sink.until(({ position }) => position(1) === 4n && position(2) === 4n);
    await replace(topic, 1);
    const before = sink.entries.length;
    await write(topic, someEvents(4, 'last'), 0);
    await sink.until(({ entries }) => entries.length === before + 4);
    expect(sink.breaches).toEqual([]);
  });

  test('partitions that are added are read from their beginning', async () => {
    const topic = await aTopic(1);
    following = followKafka(bootstrap, topic, { last: 1 });
    const { reader, sink } = following;
    await sink.until(({ begun }) => begun.length === 1);
    await withKafkaAdmin(bootstrap, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    await write(topic, someEvents(5, 'added'), 2);
    await sink.until(({ position }) => position(2) === 5n);
    expect(sink.begun).toContainEqual({ partition: 2, offset: 0n });
    expect(await reader.partitions()).toBe(3);
  });

  test('records that were removed before they were read: reading begins again at the earliest', async () => {
    const topic = await aTopic(1);
    await write(topic, someEvents(5, 'read'));
    proxy = await startKafkaProxy(bootstrap);
    following = followKafka(proxy.bootstrap, topic);
    const { sink, lines } = following;
    await sink.until(({ entries }) => entries.length === 5);
    await proxy.shut();
    await write(topic, someEvents(10, 'missed'));
    await removeRecords(bootstrap, topic, 12n);
    await proxy.reopen();
    await sink.until(({ position }) => position(0) === 15n);
    expect(sink.begun.at(-1)).toEqual({ partition: 0, offset: 12n });
    expect(
      lines.some(({ level, message }) => level === 'warn' && message.includes('removed before they were read')),
    ).toBe(true);
  });

  test('it is followed from the moment it is there', async () => {
    const name = await aTopic(1);
    await withKafkaAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: [name] }));
    following = followKafka(bootstrap, name);
    await sleep(1_000);
    await expect(following.reader.bounds([0])).rejects.toThrow(/KAFKA_TOPIC/);
    expect(following.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await createTopics(bootstrap.split(','), [{ name, partitions: 1, configs: KEEP }], 1);
    await write(name, someEvents(3, 'first'));
    await following.sink.until(({ entries }) => entries.length === 3);
  });
});
