// The order in which the parts around a backend stand decides what counts as a failure and what leaves a dead letter.
import { expect, test } from '@jest/globals';
import { createBackend } from '../../src/create-backend.ts';
import type { DeadLetter } from '../../src/publishing/with-dead-letters.ts';
import { createdEvent } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';

function memoryBackend() {
  const deadLetters: DeadLetter[] = [];
  const counted: string[] = [];
  const { publisher } = createBackend({
    backend: { mode: 'memory', topic: 'orders' },
    timeoutMs: 1_000,
    log: silentLog,
    metrics: {
      started: () => counted.push('started'),
      published: (backend) => counted.push(`published ${backend}`),
      failed: (backend, reason) => counted.push(`failed ${backend} ${reason}`),
      ended: (backend) => counted.push(`ended ${backend}`),
    },
    deadLetters: (letter) => deadLetters.push(letter),
    onSkipped: () => undefined,
  });
  return { publisher, deadLetters, counted };
}

test('an acknowledged event is counted as published and leaves no dead letter', async () => {
  const { publisher, deadLetters, counted } = memoryBackend();
  await expect(publisher.publish(createdEvent('a'))).resolves.toMatchObject({ backend: 'memory', topic: 'orders' });
  expect(counted).toEqual(['started', 'published memory', 'ended memory']);
  expect(deadLetters).toEqual([]);
});

test('an event the backend did not take is counted as failed and leaves a dead letter', async () => {
  const { publisher, deadLetters, counted } = memoryBackend();
  await publisher.close();
  const event = createdEvent('a');
  await expect(publisher.publish(event)).rejects.toMatchObject({ reason: 'closed' });
  expect(counted).toEqual(['started', 'failed memory closed', 'ended memory']);
  expect(deadLetters).toMatchObject([{ kind: 'dead_letter', event }]);
});
