import { expect, test } from '@jest/globals';
import { eventIdOf } from '../../src/domain/identity.ts';
import { createAppFixture } from '../support/app-fixture.ts';
import { orderOf, problemOf, trackingOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

test('a change is published on the partition of its order and answered like an order', async () => {
  const { client, publisher } = await createAppFixture();
  const created = trackingOf(await client.createOrder(anOrder({ orderId: 'order-1' })));
  const answer = await client.updateStatus('order-1', { status: 'shipped', notes: 'gone' }, { 'X-Request-Id': 'r-2' });
  expect(answer.status).toBe(202);
  expect(answer.headers['location']).toBe('/orders/order-1');
  expect(trackingOf(answer)).toMatchObject({
    orderId: 'order-1',
    requestId: 'r-2',
    status: 'shipped',
    partition: created.partition,
    offset: '1',
    eventId: eventIdOf({ principal: 'tester', operationId: 'updateOrderStatus', orderId: 'order-1', requestId: 'r-2' }),
  });
  expect(publisher.events()[1]?.event).toMatchObject({
    type: 'orders.order.status-changed.v1',
    subject: 'order-1',
    data: { change: { orderId: 'order-1', status: 'shipped', notes: 'gone' }, metadata: { principal: 'tester' } },
  });
});

test('the order then stands as the change says, with its history', async () => {
  const { client } = await createAppFixture();
  await client.createOrder(anOrder({ orderId: 'order-1' }));
  await client.updateStatus('order-1', { status: 'shipped', notes: 'gone' });
  await client.updateStatus('order-1', { status: 'delivered' });
  const order = orderOf(await client.get('/orders/order-1'));
  expect(order.status).toBe('delivered');
  expect(order).not.toHaveProperty('notes');
  expect(order.history.map(({ status, notes }) => [status, notes])).toEqual([
    ['accepted', undefined],
    ['shipped', 'gone'],
    ['delivered', undefined],
  ]);
});

test('one request id may be used for several orders: the events differ', async () => {
  const { client } = await createAppFixture({ viewTail: 'off' });
  const headers = { 'X-Request-Id': 'same' };
  const first = trackingOf(await client.updateStatus('order-1', { status: 'shipped' }, headers));
  const second = trackingOf(await client.updateStatus('order-2', { status: 'shipped' }, headers));
  expect(second.eventId).not.toBe(first.eventId);
});

test('where the view knows every order, an unknown one is refused and nothing is published', async () => {
  const { client, publisher } = await createAppFixture();
  const answer = await client.updateStatus('nobody', { status: 'shipped' });
  expect(answer.status).toBe(404);
  expect(problemOf(answer).type).toBe('/problems/order-not-found');
  expect(publisher.events()).toEqual([]);
});

test('where the view cannot know every order, the change of an unknown one is accepted', async () => {
  const { client, publisher } = await createAppFixture({ viewTail: 'off' });
  expect((await client.updateStatus('nobody', { status: 'shipped' })).status).toBe(202);
  expect(publisher.events()).toHaveLength(1);
});

test('once the view has forgotten an order, the change of an unknown one is accepted', async () => {
  const { client } = await createAppFixture({ maxOrders: 1 });
  await client.createOrder(anOrder({ orderId: 'order-1' }));
  await client.createOrder(anOrder({ orderId: 'order-2' }));
  expect((await client.updateStatus('order-1', { status: 'shipped' })).status).toBe(202);
});

test.each(['accepted', 'confirmed', 'processing', 'shipped', 'delivered', 'cancelled', 'failed'])(
  'the status %s may follow any other',
  async (status) => {
    const { client } = await createAppFixture({ viewTail: 'off' });
    expect(trackingOf(await client.updateStatus('order-1', { status })).status).toBe(status);
  },
);
