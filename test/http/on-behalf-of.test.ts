// Operators may act for a principal, with the key of operators and nobody else: what follows is that principal's.
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { pointersOf, problemOf, trackingOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const SHOP = { 'X-API-Key': 'shop-key' };
const ADMIN = { 'X-API-Key': 'operators-key' };
const ADMIN_FOR_SHOP = { ...ADMIN, 'X-On-Behalf-Of': 'shop' };

let fixture: AppFixture;
beforeEach(async () => {
  const apiKeys = [
    { principal: 'shop', key: 'shop-key' },
    { principal: 'partner', key: 'partner-key' },
    { principal: 'admin', key: 'operators-key' },
  ];
  fixture = await createAppFixture({ apiKeys });
});

const operations: [method: string, path: string, body: unknown][] = [
  ['POST', '/orders', anOrder()],
  ['GET', '/orders', undefined],
  ['GET', '/orders/order-1', undefined],
  ['PATCH', '/orders/order-1', { status: 'shipped' }],
];

const principals = () => fixture.publisher.events().map(({ event }) => event.data.metadata.principal);
const acting = () => fixture.lines.filter(({ fields }) => fields['actor'] !== undefined);

describe('with the key of operators', () => {
  test("a request is the named principal's: the repeat of its own request", async () => {
    const first = await fixture.client.createOrder(anOrder(), { ...SHOP, 'Idempotency-Key': 'request-1' });
    const again = await fixture.client.createOrder(anOrder(), { ...ADMIN_FOR_SHOP, 'Idempotency-Key': 'request-1' });
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(trackingOf(again)).toEqual(trackingOf(first));
    expect(principals()).toEqual(['shop']);
  });

  test("and the principal's own request is the repeat of one made for it", async () => {
    const headers = { 'Idempotency-Key': 'request-1' };
    const forShop = await fixture.client.createOrder(anOrder(), { ...ADMIN_FOR_SHOP, ...headers });
    const own = await fixture.client.createOrder(anOrder(), { ...SHOP, ...headers });
    expect(own.headers['idempotent-replayed']).toBe('true');
    expect(trackingOf(own)).toEqual(trackingOf(forShop));
    expect(principals()).toEqual(['shop']);
  });

  test("a change of status is the named principal's, too", async () => {
    await fixture.client.createOrder(anOrder({ orderId: 'order-1' }), SHOP);
    const headers = { 'Idempotency-Key': 'change-1' };
    await fixture.client.updateStatus('order-1', { status: 'shipped' }, { ...ADMIN_FOR_SHOP, ...headers });
    const own = await fixture.client.updateStatus('order-1', { status: 'shipped' }, { ...SHOP, ...headers });
    expect(own.headers['idempotent-replayed']).toBe('true');
    expect(principals()).toEqual(['shop', 'shop']);
  });

  test('a principal without a key any more can be named', async () => {
    const headers = { ...ADMIN, 'X-On-Behalf-Of': 'former.shop_1-x' };
    expect((await fixture.client.createOrder(anOrder(), headers)).status).toBe(202);
    expect(principals()).toEqual(['former.shop_1-x']);
  });

  test("a request without the header is the operators' own", async () => {
    const headers = { 'Idempotency-Key': 'request-1' };
    const shop = trackingOf(await fixture.client.createOrder(anOrder(), { ...SHOP, ...headers }));
    const own = trackingOf(await fixture.client.createOrder(anOrder(), { ...ADMIN, ...headers }));
    expect(own.eventId).not.toBe(shop.eventId);
    expect(principals()).toEqual(['shop', 'admin']);
    expect(acting()).toEqual([]);
  });

  test.each(['sh op', 'shop:key', 'shop, partner', 'x'.repeat(65), 'sh\u00f6p'])(
    'what is no principal is 422: %j',
    async (named) => {
      const answer = await fixture.client.createOrder(anOrder(), { ...ADMIN, 'X-On-Behalf-Of': named });
      expect(answer.status).toBe(422);
      expect(pointersOf(answer)).toEqual(['/header/x-on-behalf-of']);
      expect(principals()).toEqual([]);
    },
  );

  test('the log says who acted for whom, once', async () => {
    await fixture.client.createOrder(anOrder(), { ...ADMIN_FOR_SHOP, 'Idempotency-Key': 'request-1' });
    expect(acting()).toHaveLength(1);
    expect(acting()[0]?.fields).toEqual({
      requestId: 'request-1',
      operation: 'createOrder',
      actor: 'admin',
      onBehalfOf: 'shop',
    });
  });

  test('also where nothing comes of it', async () => {
    fixture.publisher.behave({ kind: 'refuse' });
    expect((await fixture.client.createOrder(anOrder(), ADMIN_FOR_SHOP)).status).toBe(503);
    expect(acting()).toHaveLength(1);
  });
});

describe('with any other key', () => {
  test.each(operations)('%s %s on behalf of another is 403', async (method, path, body) => {
    for (const named of ['shop', 'partner', 'admin', 'sh op']) {
      const answer = await fixture.client.send(method, path, { headers: { ...SHOP, 'X-On-Behalf-Of': named }, body });
      expect(answer.status).toBe(403);
      expect(problemOf(answer).type).toBe('/problems/forbidden');
    }
    expect(principals()).toEqual([]);
    expect(acting()).toEqual([]);
  });

  test('who has no key, or a wrong one, is told no more than that: 401', async () => {
    for (const key of ['', 'wrong']) {
      const headers = { 'X-API-Key': key, 'X-On-Behalf-Of': 'shop' };
      expect((await fixture.client.createOrder(anOrder(), headers)).status).toBe(401);
    }
  });

  test('the header means nothing where no key is needed', async () => {
    const headers = { 'X-API-Key': '', 'X-On-Behalf-Of': 'shop' };
    expect((await fixture.client.get('/healthz', { headers })).status).toBe(200);
  });
});
