import { describe, expect, test } from '@jest/globals';
import { createMemoryPublisher } from '../../src/publishing/memory/memory-publisher.ts';
import { createdEvent } from '../support/orders.ts';

const aPublisher = (capacity?: number) =>
  createMemoryPublisher({ topic: 'orders', timeoutMs: 1_000, ...(capacity === undefined ? {} : { capacity }) });

const unreachable = { outcome: 'rejected', reason: 'unreachable', retriable: true };
const ackLost = { outcome: 'unknown', reason: 'timeout' };

test('it refuses as it was told, keeps nothing and is not ready; then it takes events again', async () => {
  const publisher = aPublisher();
  publisher.behave({ kind: 'refuse' });
  await expect(publisher.publish(createdEvent('a'))).rejects.toMatchObject(unreachable);
  await expect(publisher.ready()).rejects.toMatchObject(unreachable);
  expect(publisher.events()).toEqual([]);
  publisher.behave({ kind: 'normal' });
  await expect(publisher.ready()).resolves.toMatch(/memory|process/);
  await expect(publisher.publish(createdEvent('a'))).resolves.toMatchObject({ offset: '0' });
});

test('it loses an acknowledgement as it was told, but keeps the event', async () => {
  const publisher = aPublisher();
  publisher.behave({ kind: 'lose-ack' });
  const event = createdEvent('a');
  await expect(publisher.publish(event)).rejects.toMatchObject(ackLost);
  expect(publisher.events().map((kept) => kept.event)).toEqual([event]);
});

test('it keeps the latest events of a partition; offsets go on', async () => {
  const publisher = aPublisher(2);
  for (let i = 0; i < 3; i += 1) await publisher.publish(createdEvent('a'));
  expect(publisher.events().map(({ receipt }) => receipt.offset)).toEqual(['1', '2']);
});

test('it refuses what comes after it was closed', async () => {
  const publisher = aPublisher();
  await publisher.close();
  await expect(publisher.publish(createdEvent('a'))).rejects.toMatchObject({ outcome: 'rejected', reason: 'closed' });
});

describe('when it is slow', () => {
  const slow = (delayMs: number, timeoutMs: number) => {
    const publisher = createMemoryPublisher({ topic: 'orders', timeoutMs });
    publisher.behave({ kind: 'slow', delayMs });
    return publisher;
  };

  test('it keeps and acknowledges later', async () => {
    const publisher = slow(10, 60_000);
    const published = publisher.publish(createdEvent('a'));
    expect(publisher.events()).toEqual([]);
    await expect(published).resolves.toMatchObject({ offset: '0' });
    expect(publisher.events()).toHaveLength(1);
  });

  test('it does not acknowledge in time if the delay is as long as a publish may take', async () => {
    const publisher = slow(60_000, 10);
    await expect(publisher.publish(createdEvent('a'))).rejects.toMatchObject(ackLost);
    expect(publisher.events()).toHaveLength(1);
  });

  test('an event is treated as was told when it came, whatever is told later', async () => {
    const publisher = slow(60_000, 10);
    const published = publisher.publish(createdEvent('a'));
    publisher.behave({ kind: 'normal' });
    await expect(published).rejects.toMatchObject(ackLost);
  });

  test('it waits for what is under way before it is closed', async () => {
    const publisher = slow(10, 60_000);
    const published = publisher.publish(createdEvent('a'));
    await publisher.close();
    expect(publisher.events()).toHaveLength(1);
    await expect(published).resolves.toMatchObject({ offset: '0' });
  });
});
