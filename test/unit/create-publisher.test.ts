// The order in which the parts around a backend stand decides what counts as a failure and what leaves a dead letter.
import { expect, test } from '@jest/globals';
import { createPublisher } from '../../src/publishing/create-publisher.ts';
import type { DeadLetter } from '../../src/publishing/with-dead-letters.ts';
import { createdEvent } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';

function memoryBackend({ maxInFlight }: { maxInFlight: number }) {
  const deadLetters: DeadLetter[] = [];
  const counted: string[] = [];
  const publisher = createPublisher({
    backend: { mode: 'memory', topic: 'orders' },
    timeoutMs: 1_000,
    maxInFlight,
    log: silentLog,
    metrics: {
      started: () => counted.push('started'),
      published: (backend) => counted.push(`published ${backend}`),
      failed: (backend, reason) => counted.push(`failed ${backend} ${reason}`),
      ended: (backend) => counted.push(`ended ${backend}`),
    },
    deadLetters: (letter) => deadLetters.push(letter),
  });
  return { publisher, deadLetters, counted };
}

test('an acknowledged event is counted as published and leaves no dead letter', async () => {
  const { publisher, deadLetters, counted } = memoryBackend({ maxInFlight: 1 });
  await expect(publisher.publish(createdEvent('a'))).resolves.toMatchObject({ backend: 'memory', topic: 'orders' });
  expect(counted).toEqual(['started', 'published memory', 'ended memory']);
  expect(deadLetters).toEqual([]);
});

test('an event the backend did not take is counted as failed and leaves a dead letter', async () => {
  const { publisher, deadLetters, counted } = memoryBackend({ maxInFlight: 1 });
  await publisher.close();
  const event = createdEvent('a');
  await expect(publisher.publish(event)).rejects.toMatchObject({ reason: 'closed' });
  expect(counted).toEqual(['started', 'failed memory closed', 'ended memory']);
  expect(deadLetters).toMatchObject([{ kind: 'dead_letter', event }]);
});

test('an event that is shed was never tried: it is counted as overload, has no duration and leaves no dead letter', async () => {
  const { publisher, deadLetters, counted } = memoryBackend({ maxInFlight: 1 });
  const [first, second] = await Promise.allSettled([
    publisher.publish(createdEvent('a')),
    publisher.publish(createdEvent('b')),
  ]);
  expect(first.status).toBe('fulfilled');
  expect(second).toMatchObject({ status: 'rejected', reason: { reason: 'overloaded', outcome: 'rejected' } });
  expect(counted.filter((count) => count === 'failed memory overloaded')).toHaveLength(1);
  expect(counted.filter((count) => count !== 'failed memory overloaded')).toHaveLength(3);
  expect(deadLetters).toEqual([]);
});
