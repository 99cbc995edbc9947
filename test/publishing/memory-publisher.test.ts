import { createMemoryPublisher } from '../../src/publishing/memory/memory-publisher.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { publisherContract } from './publisher-contract.ts';

publisherContract('memory', () => {
  const publisher = createMemoryPublisher({ topic: 'orders', timeoutMs: 5_000 });
  return Promise.resolve({
    publisher,
    topic: 'orders',
    // The memory backend keeps events, not bytes: they are bound to a record here, as the event contract has them.
    read: () =>
      Promise.resolve(
        publisher.events().map(({ event, receipt: { partition, offset } }) => {
          const { key, value, headers, timestamp } = toRecord(event);
          return { partition, offset, key, value: String(value), headers, timestamp: Number(timestamp) };
        }),
      ),
    close: () => Promise.resolve(),
  });
});
