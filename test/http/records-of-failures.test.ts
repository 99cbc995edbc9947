// What a failed request leaves behind: a dead letter whole enough to be replayed, and log lines that hold nothing of it.
import { expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { TEST_KEY } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const order = anOrder({
  orderId: 'order-1',
  customerId: 'secret-customer',
  items: [{ sku: 'secret-sku', quantity: 4711, unitPrice: 1234.5, name: 'secret-name' }],
  totalAmount: 98765.5,
  tenantId: 'secret-tenant',
});

/** A request of every kind of outcome, with a body full of things that must not be logged. */
async function sendOfEveryKind({ client, publisher }: AppFixture) {
  await client.createOrder(order);
  await client.updateStatus('order-1', { status: 'shipped', notes: 'secret-notes' });
  await client.createOrder({ ...order, totalAmount: -1, channel: 'secret-channel', 'secret-field': 'secret-value' });
  await client.createOrder(`{"customerId":"secret-customer",`);
  await client.createOrder(JSON.stringify(order).replace('{', '{"customerId":"secret-twice",'));
  await client.createOrder('x'.repeat(300_000));
  await client.createOrder(order, { 'X-API-Key': 'secret-wrong-key' });
  await client.createOrder(order, { 'Content-Type': 'text/plain' });
  await client.get('/orders?tenantId=secret-tenant');
  await client.get('/orders?secret-parameter=secret-value');
  publisher.behave({ kind: 'refuse' });
  await client.createOrder(order);
  publisher.behave({ kind: 'lose-ack' });
  await client.createOrder(order);
}

test('log lines hold no field of a body and no key', async () => {
  const fixture = await createAppFixture();
  await sendOfEveryKind(fixture);
  expect(fixture.lines.length).toBeGreaterThanOrEqual(10);
  const logged = JSON.stringify(fixture.lines);
  for (const secret of ['secret-', '4711', '1234.5', '98765.5', TEST_KEY]) expect(logged).not.toContain(secret);
});

test('log lines hold neither in case of an exception', async () => {
  const fixture = await createAppFixture({ publish: () => Promise.reject(new Error('broken')) });
  await fixture.client.createOrder(order);
  expect(JSON.stringify(fixture.lines)).toContain('broken');
  expect(JSON.stringify(fixture.lines)).not.toContain('secret-');
});

test('an accepted order is logged once, with where it is', async () => {
  const { client, lines, publisher } = await createAppFixture();
  await client.createOrder(order, { 'X-Request-Id': 'request-1' });
  const accepted = lines.filter(({ fields }) => fields['requestId'] === 'request-1');
  expect(accepted).toHaveLength(1);
  expect(accepted[0]?.fields).toMatchObject({ ...publisher.events()[0]?.receipt, orderId: 'order-1' });
});

test.each([
  ['refuse', 'rejected', 'unreachable'],
  ['lose-ack', 'unknown', 'timeout'],
] as const)('a publish that fails (%s) leaves a dead letter with the whole event', async (kind, outcome, reason) => {
  const { client, publisher, deadLetters } = await createAppFixture();
  publisher.behave({ kind });
  await client.createOrder(order, { 'X-Request-Id': 'request-1' });
  expect(deadLetters).toHaveLength(1);
  expect(deadLetters[0]).toMatchObject({
    kind: 'dead_letter',
    outcome,
    reason,
    requestId: 'request-1',
    principal: 'tester',
    orderId: 'order-1',
    event: { type: 'orders.order.created.v1', data: { order: { ...order, currency: 'USD' } } },
  });
  if (kind === 'lose-ack') expect(deadLetters[0]?.event).toEqual(publisher.events()[0]?.event);
  expect(new Date(deadLetters[0]?.time ?? '').toISOString()).toBe(deadLetters[0]?.time);
});

test('a dead letter survives being written as JSON', async () => {
  const { client, publisher, deadLetters } = await createAppFixture();
  publisher.behave({ kind: 'lose-ack' });
  await client.createOrder(order);
  expect(JSON.parse(JSON.stringify(deadLetters[0]))).toEqual(deadLetters[0]);
});

test('what was never tried leaves none: invalid, without a key, or shed', async () => {
  const { client, deadLetters, publisher } = await createAppFixture({ maxInFlight: 0 });
  expect((await client.createOrder(order)).status).toBe(503);
  expect((await client.createOrder({})).status).toBe(422);
  expect((await client.createOrder(order, { 'X-API-Key': '' })).status).toBe(401);
  expect(deadLetters).toEqual([]);
  expect(publisher.events()).toEqual([]);
});

test('what was accepted leaves none', async () => {
  const { client, deadLetters } = await createAppFixture();
  await client.createOrder(order);
  expect(deadLetters).toEqual([]);
});
