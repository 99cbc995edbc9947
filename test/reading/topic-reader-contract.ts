import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logBarrier, type OrderEvent } from '../../src/domain/events.ts';
import type { EventPublisher, Receipt } from '../../src/publishing/publisher.ts';
import type { TopicEntry, TopicReader } from '../../src/reading/topic-reader.ts';
import { createCollectingSink } from '../support/collecting-sink.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';

/** A topic of its own with six partitions, what writes it and what reads it. */
export interface ReaderHarness {
  readonly publisher: EventPublisher;
  openReader(): TopicReader;
  close(): Promise<void>;
}

/** Where something of an event's own is: what publishing promised and reading has to give. */
type Place = readonly [partition: number, offset: string, event: OrderEvent];

/** What every reader promises, whatever its backend: the same suite for all. */
export function topicReaderContract(backend: string, open: () => Promise<ReaderHarness>): void {
  describe(`the ${backend} reader`, () => {
    let harness: ReaderHarness;
    const readers: TopicReader[] = [];
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      await Promise.all(readers.map((reader) => reader.close()));
      await harness.publisher.close();
      await harness.close();
    });

    function openReader(): TopicReader {
      const reader = harness.openReader();
      readers.push(reader);
      return reader;
    }

    async function publish(events: readonly OrderEvent[]): Promise<Place[]> {
      const receipts = await Promise.all(events.map((event) => harness.publisher.publish(event)));
      return receipts.map(({ partition, offset }, i) => [partition, offset, events[i] ?? fail()]);
    }

    const inOrder = (places: readonly Place[]) =>
      [...places].sort(([a, at], [b, bt]) => a - b || Number(BigInt(at) - BigInt(bt)));
    const placesOf = (entries: readonly TopicEntry[]): Place[] =>
      entries.map(({ partition, offset, event }) => [partition, String(offset), event]);

    test('hands over all that was published before and after it began, in order, where the receipts say', async () => {
      const alone = await open();
      const { publisher } = alone;
      const reader = alone.openReader();
      try {
        const sink = createCollectingSink();
        const some = (from: number) => Array.from({ length: 100 }, (_, i) => createdEvent(`order-${from + i}`));
        const before = await Promise.all(some(0).map((event) => publisher.publish(event)));
        reader.follow(sink, 'earliest');
        await sink.until(({ entries }) => entries.length === before.length);
        const events = some(100);
        const receipts = await Promise.all(events.map((event) => publisher.publish(event)));
        await sink.until(({ entries }) => entries.length >= 200);
        const expected = receipts.map(({ partition, offset }, i): Place => [partition, offset, events[i] ?? fail()]);
        const after = sink.entries.filter(({ event }) => events.some(({ id }) => id === event.id));
        expect(inOrder(placesOf(after))).toEqual(inOrder(expected));
        expect(sink.entries).toHaveLength(200);
        expect(sink.breaches).toEqual([]);
        expect([...sink.begun].sort((a, b) => a.partition - b.partition)).toEqual(
          [0, 1, 2, 3, 4, 5].map((partition) => ({ partition, offset: 0n })),
        );
      } finally {
        await reader.close();
        await publisher.close();
        await alone.close();
      }
    });

    test('knows the partition of a key, how many there are, and where they begin and end', async () => {
      const reader = openReader();
      const event = createdEvent('order-bounds');
      const receipt = await harness.publisher.publish(event);
      expect(await reader.partitionOf(event.subject)).toBe(receipt.partition);
      expect(await reader.partitions()).toBe(6);
      const of = { partition: receipt.partition, earliest: 0n, end: BigInt(receipt.offset) + 1n };
      expect(await reader.bounds([receipt.partition])).toEqual([of]);
      const all = await reader.bounds([5, 4, 3, 2, 1, 0]);
      expect(all.map(({ partition }) => partition)).toEqual([5, 4, 3, 2, 1, 0]);
      expect(all).toContainEqual(of);
      expect(await reader.bounds([])).toEqual([]);
      await expect(reader.rules()).resolves.toMatchObject({ timestampType: 'CreateTime' });
    });

    test('goes over barriers, which take an offset and are no entry', async () => {
      const reader = openReader();
      const sink = createCollectingSink();
      const first = await harness.publisher.publish(createdEvent('order-barrier'));
      const { partition } = first;
      const barrier = await harness.publisher.publish(
        logBarrier(partition, { id: '0d9f3c5e-8a51-4c53-9a64-6a1b0c6f4b1e', timestamp: Date.now() }),
      );
      expect(barrier.partition).toBe(partition);
      expect(BigInt(barrier.offset)).toBe(BigInt(first.offset) + 1n);
      reader.follow(sink, 'earliest');
      await sink.until(() => sink.position(partition) === BigInt(barrier.offset) + 1n);
      expect(
        sink.entries.some((entry) => entry.offset === BigInt(barrier.offset) && entry.partition === partition),
      ).toBe(false);
      expect(sink.entries.some((entry) => entry.offset === BigInt(first.offset) && entry.partition === partition)).toBe(
        true,
      );
    });

    test('begins with the latest records only, where it is told so', async () => {
      const reader = openReader();
      const places = await publish(Array.from({ length: 10 }, () => changedEvent('order-last', 'shipped')));
      const sink = createCollectingSink();
      reader.follow(sink, { last: 3 });
      const [partition, ,] = places[0] ?? fail();
      const end = BigInt(places.at(-1)?.[1] ?? 0) + 1n;
      await sink.until(() => sink.position(partition) === end);
      expect(sink.begun.find((began) => began.partition === partition)?.offset).toBe(end - 3n);
      expect(placesOf(sink.entries.filter((entry) => entry.partition === partition))).toEqual(places.slice(-3));
    });

    test('scans a stretch from a time up to an offset', async () => {
      const reader = openReader();
      const now = Date.now();
      const at = (seconds: number) => createdEvent('order-scan', {}, now + seconds * 1_000);
      const events = [at(0), at(10), at(20), at(15), at(30)];
      const receipts: Receipt[] = [];
      for (const event of events) receipts.push(await harness.publisher.publish(event));
      const { partition } = receipts[0] ?? fail();
      const scan = async (since: number, end: bigint): Promise<OrderEvent[]> => {
        const found: OrderEvent[] = [];
        await reader.scan(partition, { since, end }, ({ event }) => found.push(event));
        return found;
      };
      const since = (i: number) => events[i]?.timestamp ?? 0;
      const end = BigInt(receipts.at(-1)?.offset ?? 0) + 1n;
      expect(await scan(since(1), end)).toEqual(events.slice(1));
      expect(await scan(since(2), end - 1n)).toEqual(events.slice(2, 4));
      expect(await scan(since(4) + 1, end)).toEqual([]);
      expect(await scan(since(4), BigInt(receipts[0]?.offset ?? 0))).toEqual([]);
    });

    test('stops at once, also while it waits for records', async () => {
      const reader = harness.openReader();
      const sink = createCollectingSink();
      reader.follow(sink, 'earliest');
      await sink.until(({ begun }) => begun.length === 6);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const start = performance.now();
      await reader.close();
      expect(performance.now() - start).toBeLessThan(200);
      const before = sink.entries.length;
      await harness.publisher.publish(createdEvent('order-after'));
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(sink.entries).toHaveLength(before);
    });
  });
}

function fail(): never {
  throw new Error('there is no such entry');
}
