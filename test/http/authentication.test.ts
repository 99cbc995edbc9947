import { beforeAll, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

let fixture: AppFixture;
beforeAll(async () => {
  const apiKeys = [
    { principal: 'shop', key: 'shop-key' },
    { principal: 'partner', key: 'partner-key' },
  ];
  fixture = await createAppFixture({ apiKeys });
});

const operations: [method: string, path: string, body: unknown][] = [
  ['POST', '/orders', anOrder()],
  ['GET', '/orders', undefined],
  ['GET', '/orders/order-1', undefined],
  ['PATCH', '/orders/order-1', { status: 'shipped' }],
];

test.each(operations)('%s %s without a key is 401', async (method, path, body) => {
  const answer = await fixture.client.send(method, path, { headers: { 'X-API-Key': '' }, body });
  expect(answer.status).toBe(401);
  expect(problemOf(answer).type).toBe('/problems/unauthorized');
  expect(answer.headers['www-authenticate']).toBeDefined();
});

test.each(operations)('%s %s with an unknown key is 401', async (method, path, body) => {
  for (const key of ['wrong', 'shop-ke', 'shop-key2', 'SHOP-KEY', 'shop-key, partner-key', 'shop']) {
    const answer = await fixture.client.send(method, path, { headers: { 'X-API-Key': key }, body });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain(key);
  }
});

test('nothing was published for any of them', () => {
  expect(fixture.publisher.events()).toEqual([]);
});

test.each([
  ['shop-key', 'shop'],
  ['partner-key', 'partner'],
])('the key %s stands for the principal %s in its events', async (key, principal) => {
  await fixture.client.createOrder(anOrder({ orderId: `of-${principal}` }), { 'X-API-Key': key });
  const kept = fixture.publisher.events().find(({ event }) => event.subject === `of-${principal}`);
  expect(kept?.event.data.metadata.principal).toBe(principal);
});

test('the same request id under two keys makes two orders', async () => {
  const ids = await Promise.all(
    ['shop-key', 'partner-key'].map(async (key) => {
      const { body } = await fixture.client.createOrder(anOrder(), { 'X-API-Key': key, 'X-Request-Id': 'same' });
      return body;
    }),
  );
  const [ofShop, ofPartner] = ids as { orderId: string; eventId: string }[];
  expect(ofShop?.orderId).not.toBe(ofPartner?.orderId);
  expect(ofShop?.eventId).not.toBe(ofPartner?.eventId);
});

test.each(['/healthz', '/readyz'])('%s needs no key', async (path) => {
  expect((await fixture.client.get(path, { headers: { 'X-API-Key': '' } })).status).not.toBe(401);
  expect((await fixture.client.get(path, { headers: { 'X-API-Key': 'wrong' } })).status).not.toBe(401);
});

test('who has no key learns nothing of what is wrong with the body', async () => {
  const headers = { 'X-API-Key': '' };
  expect((await fixture.client.createOrder('{', headers)).status).toBe(401);
  expect((await fixture.client.createOrder({}, { ...headers, 'Content-Type': 'text/plain' })).status).toBe(401);
});
