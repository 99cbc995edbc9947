import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { orderOf, pageOf, pointersOf, problemOf, trackingOf } from '../support/http-client.ts';
import { anOrder, createdEvent } from '../support/orders.ts';

const POSITION = { partition: 0, offset: '0' };

/** A service whose view holds orders taken on one after the other, the first at 1,000 ms. */
async function serviceWith(orderIds: readonly string[], options: { maxOrders?: number } = {}) {
  const fixture = await createAppFixture(options);
  orderIds.forEach((orderId, i) => {
    const tenantId = i % 2 === 0 ? 'even' : 'odd';
    fixture.view.apply(createdEvent(orderId, { tenantId }, 1_000 + i), POSITION);
  });
  const idsOf = async (path: string) => pageOf(await fixture.client.get(path)).orders.map(({ orderId }) => orderId);
  return { ...fixture, idsOf };
}

test('an order can be read as it was sent', async () => {
  const { client } = await createAppFixture();
  const order = anOrder({ orderId: 'order-1' });
  const { eventId, partition, offset, acceptedAt, requestId } = trackingOf(await client.createOrder(order));
  expect(orderOf(await client.get('/orders/order-1'))).toEqual({
    ...order,
    currency: 'USD',
    status: 'accepted',
    createdAt: acceptedAt,
    updatedAt: acceptedAt,
    history: [{ eventId, requestId, status: 'accepted', at: acceptedAt, partition, offset }],
  });
});

test('an order nobody knows is 404', async () => {
  const { client } = await createAppFixture();
  const answer = await client.get('/orders/nobody');
  expect(answer.status).toBe(404);
  expect(problemOf(answer).type).toBe('/problems/order-not-found');
});

test('an order whose publishing failed is not shown', async () => {
  const { client, publisher } = await createAppFixture();
  publisher.behave({ kind: 'refuse' });
  await client.createOrder(anOrder({ orderId: 'order-1' }));
  expect((await client.get('/orders/order-1')).status).toBe(404);
});

test('orders are listed newest first', async () => {
  const { idsOf } = await serviceWith(['a', 'b', 'c']);
  expect(await idsOf('/orders')).toEqual(['c', 'b', 'a']);
});

test('an empty list is a page too', async () => {
  const { client } = await createAppFixture();
  expect(pageOf(await client.get('/orders'))).toEqual({ orders: [], nextCursor: null });
});

test('a page has 50 orders unless told otherwise', async () => {
  const { client, idsOf } = await serviceWith(Array.from({ length: 51 }, (_, i) => `order-${i}`));
  expect(await idsOf('/orders')).toHaveLength(50);
  expect(pageOf(await client.get('/orders')).nextCursor).not.toBeNull();
  expect(await idsOf('/orders?limit=51')).toHaveLength(51);
  expect(await idsOf('/orders?limit=1')).toEqual(['order-50']);
});

test('only the orders of a tenant are listed if asked for', async () => {
  const { idsOf } = await serviceWith(['a', 'b', 'c', 'd']);
  expect(await idsOf('/orders?tenantId=even')).toEqual(['c', 'a']);
  expect(await idsOf('/orders?tenantId=odd&limit=1')).toEqual(['d']);
  expect(await idsOf('/orders?tenantId=nobody')).toEqual([]);
});

test.each(['', '&tenantId=even'])('a walk along the cursors meets every order once (%s)', async (filter) => {
  const { client } = await serviceWith(Array.from({ length: 23 }, (_, i) => `order-${i}`));
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = pageOf(await client.get(`/orders?limit=5${filter}${cursor === '' ? '' : `&cursor=${cursor}`}`));
    seen.push(...page.orders.map(({ orderId }) => orderId));
    cursor = page.nextCursor;
  }
  const all = Array.from({ length: 23 }, (_, i) => 22 - i).filter((i) => filter === '' || i % 2 === 0);
  expect(seen).toEqual(all.map((i) => `order-${i}`));
});

test('orders that come while somebody walks are neither doubled nor do they open a gap', async () => {
  const { client, view } = await serviceWith(['a', 'b', 'c', 'd']);
  const first = pageOf(await client.get('/orders?limit=2'));
  view.apply(createdEvent('new', {}, 5_000), POSITION);
  const second = pageOf(await client.get(`/orders?limit=2&cursor=${first.nextCursor ?? ''}`));
  expect(second.orders.map(({ orderId }) => orderId)).toEqual(['b', 'a']);
  expect(second.nextCursor).toBeNull();
});

test('a cursor whose order has been forgotten still says where to go on', async () => {
  const { client, view } = await serviceWith(['a', 'b', 'c', 'd'], { maxOrders: 4 });
  const first = pageOf(await client.get('/orders?limit=2'));
  expect(first.orders.map(({ orderId }) => orderId)).toEqual(['d', 'c']);
  for (const at of [2_000, 2_001, 2_002]) view.apply(createdEvent(`new-${at}`, {}, at), POSITION);
  const rest = pageOf(await client.get(`/orders?cursor=${first.nextCursor ?? ''}`));
  expect(rest).toEqual({ orders: [], nextCursor: null });
});

describe('what is refused', () => {
  let empty: AppFixture;
  beforeAll(async () => {
    empty = await createAppFixture();
  });

  test.each([
    ['text', 'abc'],
    ['a time without an id', Buffer.from('1000.').toString('base64url')],
    ['a time that is none', Buffer.from('-1.a').toString('base64url')],
    ['what a list made, and more', `${Buffer.from('1000.a').toString('base64url')}!!!`],
  ])('a cursor that no list made is refused: %s', async (_fault, cursor) => {
    const answer = await empty.client.get(`/orders?cursor=${cursor}`);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual(['/query/cursor']);
  });

  test.each([
    ['limit=0', '/query/limit'],
    ['limit=201', '/query/limit'],
    ['limit=1.5', '/query/limit'],
    ['limit=ten', '/query/limit'],
    ['limit=', '/query/limit'],
    ['limit=NaN', '/query/limit'],
    ['limit=Infinity', '/query/limit'],
    ['tenantId=', '/query/tenantId'],
    [`tenantId=${'x'.repeat(129)}`, '/query/tenantId'],
    ['cursor=', '/query/cursor'],
    [`cursor=${'x'.repeat(257)}`, '/query/cursor'],
    ['Limit=5', '/query/Limit'],
    ['limit[]=5', '/query/limit[]'],
    ['__proto__=5', '/query/__proto__'],
    ['constructor=5', '/query/constructor'],
    ['limit=5&limit=5', '/query/limit'],
    ['tenantId=a&tenantId=b', '/query/tenantId'],
    ['cursor=a&cursor=b', '/query/cursor'],
  ])('a query that is not the contract’s is refused: %s', async (query, pointer) => {
    const answer = await empty.client.get(`/orders?${query}`);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual([pointer]);
  });
});
