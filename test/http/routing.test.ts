import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { pointersOf, problemOf } from '../support/http-client.ts';

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

describe('a method a path does not have is 405, with those it has', () => {
  test.each([
    ['PUT', '/orders', 'GET, HEAD, POST'],
    ['DELETE', '/orders', 'GET, HEAD, POST'],
    ['PATCH', '/orders', 'GET, HEAD, POST'],
    ['OPTIONS', '/orders', 'GET, HEAD, POST'],
    ['TRACE', '/orders', 'GET, HEAD, POST'],
    ['POST', '/orders/order-1', 'GET, HEAD, PATCH'],
    ['DELETE', '/orders/order-1', 'GET, HEAD, PATCH'],
    ['PUT', '/orders/-not-an-id', 'GET, HEAD, PATCH'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/readyz', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const answer = await fixture.client.send(method, path, { headers: { 'X-API-Key': '' } });
    expect(answer.status).toBe(405);
    expect(problemOf(answer).type).toBe('/problems/method-not-allowed');
    expect(answer.headers['allow']?.split(', ').sort().join(', ')).toBe(allow);
  });
});

describe('a path the contract does not have is 404', () => {
  test.each([
    '/nowhere',
    '/Orders',
    '/ORDERS',
    '/orders/',
    '/orders//',
    '//orders',
    '/orders/order-1/',
    '/orders/order-1/items',
    '/healthz/',
    '/HEALTHZ',
    '/%6frders',
    '/orders;a=b',
    '/problems/nothing',
    '/problems/',
    '/problems/toString',
    '/problems/__proto__',
    '/%zz',
  ])('%s', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await fixture.client.send(method, path);
      expect(answer.status).toBe(404);
      expect(problemOf(answer).type).toBe('/problems/not-found');
    }
  });
});

test.each(['/orders/%', '/orders/%zz', '/orders/%E0%A4%A', '/orders/%ff', '/problems/%zz'])(
  'a percent sign that encodes nothing is 400: %s',
  async (path) => {
    const answer = await fixture.client.get(path);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).type).toBe('/problems/malformed-request');
  },
);

test.each([
  ['POST', '/orders?dryRun=true', {}, '/query/dryRun'],
  ['GET', '/orders/order-1?fields=status', undefined, '/query/fields'],
  ['GET', '/healthz?verbose=1', undefined, '/query/verbose'],
  ['GET', '/readyz?verbose=1', undefined, '/query/verbose'],
])('a query parameter the operation does not have is 422: %s %s', async (method, path, body, pointer) => {
  const answer = await fixture.client.send(method, path, { body });
  expect(answer.status).toBe(422);
  expect(pointersOf(answer)).toContain(pointer);
});

test.each(['/orders', '/healthz'])('HEAD of %s is GET without the body', async (path) => {
  const head = await fixture.client.send('HEAD', path);
  const get = await fixture.client.get(path);
  expect([head.status, head.headers['content-type'], head.text]).toEqual([get.status, get.headers['content-type'], '']);
});

test('the process says that it is alive', async () => {
  expect(await fixture.client.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
});

test('nothing says what the service is made of', async () => {
  for (const path of ['/orders', '/nowhere', '/healthz']) {
    expect((await fixture.client.get(path)).headers['x-powered-by']).toBeUndefined();
  }
});
