import { expect, test } from '@jest/globals';
import { eventIdOf, orderIdOf } from '../../src/domain/identity.ts';
import { createAppFixture } from '../support/app-fixture.ts';
import { trackingOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

test('an order is answered with where the backend holds its event', async () => {
  const { client, publisher } = await createAppFixture();
  const answer = await client.createOrder(anOrder({ orderId: 'order-1' }), { 'X-Request-Id': 'request-1' });
  expect(answer.status).toBe(202);
  const [kept] = publisher.events();
  expect(kept?.receipt).toMatchObject({ backend: 'memory', topic: 'orders', offset: '0' });
  expect(trackingOf(answer)).toEqual({
    ...kept?.receipt,
    orderId: 'order-1',
    requestId: 'request-1',
    eventId: eventIdOf({ principal: 'tester', operationId: 'createOrder', requestId: 'request-1' }),
    status: 'accepted',
    acceptedAt: kept?.event.data.metadata.timestamp,
  });
});

test('partition and offset are those of the event on the backend, also for later ones and for repeats', async () => {
  const { client, publisher } = await createAppFixture();
  for (const orderId of ['a', 'b', 'c', 'a', 'a', 'b']) {
    const { eventId, partition, offset } = trackingOf(await client.createOrder(anOrder({ orderId })));
    const kept = publisher.events().find(({ event }) => event.id === eventId);
    expect(kept?.receipt).toMatchObject({ partition, offset });
  }
  expect(publisher.events()).toHaveLength(3);
});

test('Location is where the order can be read', async () => {
  const { client } = await createAppFixture();
  const { headers } = await client.createOrder(anOrder({ orderId: 'order-1' }));
  expect(headers['location']).toBe('/orders/order-1');
  expect(await client.get(headers['location'] ?? '')).toMatchObject({ status: 200, body: { orderId: 'order-1' } });
});

test('the event carries the order as it was sent, and who sent it', async () => {
  const { client, publisher } = await createAppFixture();
  const order = anOrder({
    orderId: 'order-1',
    currency: 'EUR',
    items: [{ sku: 's', quantity: 1, unitPrice: 0, name: '' }],
  });
  await client.createOrder(order, { 'X-Request-Id': 'request-1' });
  expect(publisher.events()[0]?.event).toMatchObject({
    type: 'orders.order.created.v1',
    subject: 'order-1',
    data: { order, metadata: { requestId: 'request-1', principal: 'tester' } },
  });
});

test('without a currency it is USD', async () => {
  const { client, publisher } = await createAppFixture();
  await client.createOrder(anOrder());
  expect(publisher.events()[0]?.event.data).toMatchObject({ order: { currency: 'USD' } });
});

test('an orderId that is made depends on key and request id alone: a repeat makes the same one', async () => {
  const { client, publisher } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  const first = trackingOf(await client.createOrder(anOrder(), headers));
  const repeat = trackingOf(await client.createOrder(anOrder(), headers));
  expect(first.orderId).toBe(orderIdOf('tester', 'request-1'));
  expect(repeat).toMatchObject({ orderId: first.orderId, eventId: first.eventId });
  expect(publisher.events().map(({ event }) => event.subject)).toEqual([first.orderId]);
});

test('two requests without ids make two orders', async () => {
  const { client } = await createAppFixture();
  const first = trackingOf(await client.createOrder(anOrder()));
  const second = trackingOf(await client.createOrder(anOrder()));
  expect(second.requestId).not.toBe(first.requestId);
  expect(second.orderId).not.toBe(first.orderId);
  expect(second.eventId).not.toBe(first.eventId);
});

test('answers are not for caches to keep', async () => {
  const { client } = await createAppFixture();
  expect((await client.createOrder(anOrder())).headers['cache-control']).toBe('no-store');
});
