import { beforeAll, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const order = JSON.stringify(anOrder({ orderId: 'order-1' }));

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

test.each([
  ['with another value', order.replace('{', '{"tenantId":"other",')],
  ['with the same value', order.replace('{', '{"tenantId":"tenant-1",')],
  ['escaped', order.replace('{', '{"tenant\\u0049d":"other",')],
  ['escaped in another case', order.replace('{', '{"tenant\\u0049d":"a",').replace('"tenantId"', '"\\u0074enantId"')],
  ['in an item', order.replace('[{', '[{"quantity":1,')],
  ['in an item, escaped', order.replace('[{', '[{"\\u0071uantity":1,')],
  ['where validation would not look', order.replace('{', '{"x":[[{"a":1,"a":2}]],')],
  ['as __proto__', order.replace('{', '{"__proto__":1,"__proto__":2,')],
  ['as an empty name', order.replace('{', '{"":1,"":2,')],
])('a name that stands twice in an object is 400: %s', async (_where, body) => {
  const answer = await fixture.client.createOrder(body);
  expect(answer.status).toBe(400);
  expect(problemOf(answer).type).toBe('/problems/malformed-json');
  expect(fixture.publisher.events()).toEqual([]);
});

test('a change of status is read as exactly', async () => {
  const answer = await fixture.client.updateStatus('order-1', '{"status":"shipped","status":"cancelled"}');
  expect(answer.status).toBe(400);
  expect(problemOf(answer).detail).toContain('"status"');
});

test('the same name in two objects is none', async () => {
  const items = [
    { sku: 'a', quantity: 1, unitPrice: 1 },
    { sku: 'b', quantity: 1, unitPrice: 1 },
  ];
  const { client } = await createAppFixture();
  expect((await client.createOrder(anOrder({ items }))).status).toBe(202);
});

test('a value that looks like a repeated name is none', async () => {
  const { client } = await createAppFixture();
  expect((await client.createOrder(anOrder({ customerId: '{"a":1,"a":2}' }))).status).toBe(202);
});
