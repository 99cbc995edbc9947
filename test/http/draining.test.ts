import { expect, test } from '@jest/globals';
import { createAppFixture } from '../support/app-fixture.ts';
import { anOrder } from '../support/orders.ts';

test('while the process stops it still answers, and asks to close the connection', async () => {
  let draining = false;
  const { client } = await createAppFixture({ isDraining: () => draining });
  const headers = { Connection: 'keep-alive' };
  expect((await client.createOrder(anOrder(), headers)).headers['connection']).toBe('keep-alive');
  draining = true;
  const answer = await client.createOrder(anOrder(), headers);
  expect(answer.status).toBe(202);
  expect(answer.headers['connection']).toBe('close');
  expect((await client.get('/nowhere', { headers })).headers['connection']).toBe('close');
});
