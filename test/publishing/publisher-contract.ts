import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderCreated, orderStatusChanged, type OrderEvent } from '../../src/domain/events.ts';
import type { EventPublisher } from '../../src/publishing/publisher.ts';
import { assertEventContract } from '../support/event-contract.ts';
import type { TopicRecord } from '../support/topic-reader.ts';

/** An adapter under test, and a way to see what its backend holds that does not go through it. */
export interface PublisherHarness {
  readonly publisher: EventPublisher;
  readonly topic: string;
  read(): Promise<readonly TopicRecord[]>;
  close(): Promise<void>;
}

/** What every adapter promises, whatever its backend: the same suite for all. */
export function publisherContract(backend: string, open: () => Promise<PublisherHarness>): void {
  describe(`the ${backend} publisher`, () => {
    let harness: PublisherHarness;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      await harness.publisher.close();
      await harness.close();
    });

    async function recordAt({ partition, offset }: { partition: number; offset: string }): Promise<TopicRecord> {
      const found = (await harness.read()).find((record) => record.partition === partition && record.offset === offset);
      if (found === undefined) throw new Error(`there is no record at ${partition}/${offset}`);
      return found;
    }

    test('says that it is ready in one line', async () => {
      await expect(harness.publisher.ready()).resolves.toMatch(/^[^\n]+$/);
    });

    test('acknowledges with the place where the backend holds the event, which fits the event contract', async () => {
      for (const event of [
        created('order-1'),
        orderStatusChanged('order-1', { status: 'shipped', notes: 'ünïcödé ✓' }, request()),
      ]) {
        const receipt = await harness.publisher.publish(event);
        expect(receipt).toMatchObject({ backend, topic: harness.topic });
        const record = await recordAt(receipt);
        assertEventContract(record);
        expect(record.headers['ce_id']).toBe(event.id);
        expect(record.headers['ce_type']).toBe(event.type);
        expect(record.key).toBe('order-1');
        expect(JSON.parse(record.value)).toEqual(event.data);
      }
    });

    test('keeps the events of one order on one partition, in the order they were published', async () => {
      const events = Array.from({ length: 50 }, () =>
        orderStatusChanged('order-2', { status: 'processing' }, request()),
      );
      const receipts = await Promise.all(events.map((event) => harness.publisher.publish(event)));
      expect(new Set(receipts.map(({ partition }) => partition)).size).toBe(1);
      const offsets = receipts.map(({ offset }) => BigInt(offset));
      expect(offsets).toEqual([...offsets].sort((a, b) => Number(a - b)));
    });

    test('gives every one of many events at once a place of its own, each holding that event', async () => {
      const events = Array.from({ length: 1_000 }, (_, i) => created(`many-${i}`));
      const receipts = await Promise.all(events.map((event) => harness.publisher.publish(event)));
      const records = new Map((await harness.read()).map((record) => [`${record.partition}/${record.offset}`, record]));
      const held = receipts.map(({ partition, offset }) => records.get(`${partition}/${offset}`)?.headers['ce_id']);
      expect(held).toEqual(events.map(({ id }) => id));
      expect(new Set(receipts.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    });

    test('takes an event as large as the largest request', async () => {
      const event = created('large', 'x'.repeat(262_144));
      const record = await recordAt(await harness.publisher.publish(event));
      expect(JSON.parse(record.value)).toEqual(event.data);
    });

    test('ends the very first publishes, too, before it closes', async () => {
      const another = await open();
      try {
        const first = Array.from({ length: 10 }, (_, i) => another.publisher.publish(created(`first-${i}`)));
        await another.publisher.close();
        await Promise.all(first);
        expect(await another.read()).toHaveLength(10);
      } finally {
        await another.close();
      }
    });

    test('ends what is under way before it closes, and refuses what comes later', async () => {
      const another = await open();
      try {
        await another.publisher.publish(created('before'));
        const underWay = Array.from({ length: 100 }, (_, i) => another.publisher.publish(created(`closing-${i}`)));
        const closed = another.publisher.close();
        const outcomes = await Promise.allSettled(underWay);
        await closed;
        const ids = (await another.read()).map(({ headers }) => headers['ce_id']);
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
        expect(new Set(ids).size).toBe(101);
        await expect(another.publisher.publish(created('late'))).rejects.toMatchObject({
          outcome: 'rejected',
          reason: 'closed',
        });
      } finally {
        await another.close();
      }
    });
  });
}

let requests = 0;

function request() {
  requests += 1;
  return { requestId: `request-${process.pid}-${requests}`, principal: 'tester', receivedAt: Date.now() };
}

function created(orderId: string, customerId = 'customer'): OrderEvent {
  const items = [{ sku: 'sku-1', quantity: 1, unitPrice: 2.5 }];
  return orderCreated({ orderId, customerId, items, totalAmount: 2.5, tenantId: 'tenant', channel: 'web' }, request());
}
