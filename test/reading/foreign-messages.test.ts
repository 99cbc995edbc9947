/**
 * Property: what others put on the topic stops nobody. Their messages, markers and batches are passed over, and the position
 * reaches the end of the log all the same.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CompressionTypes, type Message } from 'kafkajs';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import type { TopicReader } from '../../src/reading/topic-reader.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { createdEvent } from '../support/orders.ts';
import { followKafka, KEEP, openPublisher, withProducer } from '../support/reading-kafka.ts';
import { createTestTopic, type TestTopic } from '../support/test-topic.ts';

describeWithKafka('on a topic that others write to as well', ({ bootstrap }) => {
  let topic: TestTopic;
  let reader: TopicReader | undefined;
  beforeEach(async () => {
    topic = await createTestTopic(bootstrap, { partitions: 1, configs: KEEP });
  });
  afterEach(async () => {
    await reader?.close();
    await topic.remove();
  });

  const recordOf = (changes: Partial<Message>): Message => ({ ...toRecord(createdEvent('order-1')), ...changes });
  const withHeaders = (changes: Record<string, string>) => ({
    ...toRecord(createdEvent('order-1')).headers,
    ...changes,
  });
  const withData = (changes: object) => JSON.stringify({ ...createdEvent('order-1').data, ...changes });

  const FOREIGN: readonly (readonly [reason: string, message: Message])[] = [
    ['unknown_type', recordOf({ headers: {} })],
    ['unsupported_schema_version', recordOf({ headers: withHeaders({ ce_type: 'orders.order.created.v2' }) })],
    ['invalid_headers', recordOf({ headers: withHeaders({ ce_id: 'no-uuid' }) })],
    ['not_json', recordOf({ value: '{' })],
    ['invalid_payload', recordOf({ value: withData({ order: {} }) })],
    ['unsupported_schema_version', recordOf({ value: withData({ schemaVersion: '2.0' }) })],
    ['no_value', recordOf({ value: null })],
    ['key_mismatch', recordOf({ key: 'order-2' })],
    ['key_mismatch', recordOf({ key: 'order-2', headers: withHeaders({ ce_subject: 'order-2' }) })],
  ];

  test('messages that are no events of ours are left out, each counted by its reason, the first of each logged', async () => {
    const ours = [createdEvent('order-before'), createdEvent('order-after')];
    const messages = [...FOREIGN.map(([, message]) => message)];
    await withProducer(bootstrap, async (producer) => {
      const all = [...ours.slice(0, 1).map(toRecord), ...messages, ...ours.slice(1).map(toRecord)];
      await producer.send({ topic: topic.name, messages: all });
    });
    const following = followKafka(bootstrap, topic.name);
    ({ reader } = following);
    await following.sink.until(({ position }) => position(0) === BigInt(FOREIGN.length + 2));
    expect(following.sink.entries.map(({ event, offset }) => [event, offset])).toEqual([
      [ours[0], 0n],
      [ours[1], BigInt(FOREIGN.length + 1)],
    ]);
    expect(following.skipped).toEqual(FOREIGN.map(([reason]) => reason));
    const warnings = following.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ fields }) => fields['reason'])).toEqual([...new Set(FOREIGN.map(([reason]) => reason))]);
    expect(warnings[0]?.fields).toMatchObject({ partition: 0, offset: '1' });
  });

  test('transactions of others: their markers take offsets, an open one holds nothing back', async () => {
    const event = createdEvent('order-1');
    const following = followKafka(bootstrap, topic.name);
    ({ reader } = following);
    await withProducer(
      bootstrap,
      async (producer) => {
        const send = async (end: 'commit' | 'abort'): Promise<void> => {
          const transaction = await producer.transaction();
          await transaction.send({ topic: topic.name, messages: [{ key: 'k', value: 'foreign' }] });
          await transaction[end]();
        };
        await send('commit');
        await send('abort');
        const open = await producer.transaction();
        await open.send({ topic: topic.name, messages: [{ key: 'k', value: 'foreign' }] });
        const publisher = openPublisher(bootstrap, topic.name);
        await publisher.publish(event);
        await following.sink.until(({ entries }) => entries.length === 1);
        await publisher.close();
        await open.abort();
      },
      { transactionalId: topic.name },
    );
    // Three messages, three markers and ours.
    await following.sink.until(({ position }) => position(0) === 7n);
    expect(await following.reader.bounds([0])).toEqual([{ partition: 0, earliest: 0n, end: 7n }]);
    expect(following.skipped).toEqual(['unknown_type', 'unknown_type', 'unknown_type']);
  });

  test.each(['gzip', 'zstd'])('events that the topic compresses with %s are read', async (codec) => {
    const compressed = await createTestTopic(bootstrap, {
      partitions: 1,
      configs: { ...KEEP, 'compression.type': codec },
    });
    const publisher = openPublisher(bootstrap, compressed.name);
    const events = Array.from({ length: 200 }, (_, i) => createdEvent(`order-${i}`));
    await Promise.all(events.map((event) => publisher.publish(event)));
    const following = followKafka(bootstrap, compressed.name);
    await following.sink.until(({ entries }) => entries.length === events.length);
    expect(following.sink.entries.map(({ event }) => event)).toEqual(events);
    await Promise.all([following.reader.close(), publisher.close()]);
    await compressed.remove();
  });

  test('a batch that a producer compressed itself is read', async () => {
    const events = Array.from({ length: 50 }, (_, i) => createdEvent(`order-${i}`));
    await withProducer(bootstrap, async (producer) => {
      await producer.send({ topic: topic.name, messages: events.map(toRecord), compression: CompressionTypes.GZIP });
    });
    const following = followKafka(bootstrap, topic.name);
    ({ reader } = following);
    await following.sink.until(({ entries }) => entries.length === events.length);
    expect(following.sink.entries.map(({ event }) => event)).toEqual(events);
  });

  test('a batch that cannot be decoded is stepped over, with an error that says where and what to do', async () => {
    const compressed = await createTestTopic(bootstrap, {
      partitions: 1,
      configs: { ...KEEP, 'compression.type': 'lz4' },
    });
    const following = followKafka(bootstrap, compressed.name);
    await withProducer(bootstrap, async (producer) => {
      const messages = Array.from({ length: 20 }, (_, i) => toRecord(createdEvent(`order-${i}`)));
      await producer.send({ topic: compressed.name, messages });
    });
    await following.sink.until(({ position }) => position(0) === 20n);
    expect(new Set(following.skipped)).toEqual(new Set(['undecodable']));
    expect(new Set(following.sink.missedOn)).toEqual(new Set([0]));
    const [error] = following.lines.filter(({ level }) => level === 'error');
    expect(error?.message).toMatch(/compression\.type/);
    expect(error?.fields).toMatchObject({ partition: 0, offset: '0' });
    await expect(following.reader.scan(0, { since: 0, end: 20n }, () => undefined)).rejects.toThrow(
      /cannot be decoded/,
    );
    await following.reader.close();
    await compressed.remove();
  });
});
