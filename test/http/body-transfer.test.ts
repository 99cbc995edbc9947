import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const LIMIT = 1_000;
const order = JSON.stringify(anOrder({ orderId: 'order-1' }));
const padded = (length: number) => order.padEnd(length, ' ');

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture({ bodyLimitBytes: LIMIT });
});

describe('the size of a body', () => {
  test('may be the limit exactly', async () => {
    expect((await fixture.client.createOrder(padded(LIMIT))).status).toBe(202);
  });

  test.each(['POST', 'PATCH'])('may not be a byte more (%s)', async (method) => {
    const path = method === 'POST' ? '/orders' : '/orders/order-1';
    const answer = await fixture.client.send(method, path, { body: padded(LIMIT + 1) });
    expect(answer.status).toBe(413);
    expect(problemOf(answer)).toMatchObject({ type: '/problems/content-too-large' });
    expect(answer.text).toContain('BODY_LIMIT_BYTES');
  });

  test('is counted in bytes, not in characters', async () => {
    const body = JSON.stringify(anOrder({ customerId: 'é'.repeat(128) }));
    const blanks = ' '.repeat(LIMIT - Buffer.byteLength(body));
    expect((await fixture.client.createOrder(body + blanks)).status).toBe(202);
    expect((await fixture.client.createOrder(`${body}${blanks} `)).status).toBe(413);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('is counted after decompression: %s', async (encoding, compress) => {
    const headers = { 'Content-Encoding': encoding };
    expect((await fixture.client.createOrder(compress(padded(LIMIT)), headers)).status).toBe(202);
    expect((await fixture.client.createOrder(compress(padded(LIMIT + 1)), headers)).status).toBe(413);
  });

  test('is found before a bomb has been unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect((await fixture.client.createOrder(bomb, { 'Content-Encoding': 'gzip' })).status).toBe(413);
  });
});

describe('a content type that is taken', () => {
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json; charset="utf-8"',
    'APPLICATION/JSON',
    'application/json; version=1',
  ])('%s', async (type) => {
    expect((await fixture.client.createOrder(order, { 'Content-Type': type })).status).toBe(202);
  });
});

describe('what is not application/json in UTF-8, in an encoding we know, is 415', () => {
  test.each([
    ['Content-Type', 'text/plain'],
    ['Content-Type', 'text/json'],
    ['Content-Type', 'application/x-www-form-urlencoded'],
    ['Content-Type', 'multipart/form-data; boundary=x'],
    ['Content-Type', 'application/vnd.api+json'],
    ['Content-Type', 'application/jsonp'],
    ['Content-Type', 'application/json, text/plain'],
    ['Content-Type', 'json'],
    ['Content-Type', '/'],
    ['Content-Type', 'application/json; charset=utf-16'],
    ['Content-Type', 'application/json; charset=iso-8859-1'],
    ['Content-Type', 'application/json; charset=utf8x'],
    ['Content-Encoding', 'compress'],
    ['Content-Encoding', 'gzip, gzip'],
    ['Content-Encoding', 'nothing'],
  ])('%s: %s', async (header, value) => {
    const before = fixture.publisher.events().length;
    for (const [method, path] of [
      ['POST', '/orders'],
      ['PATCH', '/orders/order-1'],
    ] as const) {
      const answer = await fixture.client.send(method, path, { headers: { [header]: value }, body: order });
      expect(answer.status).toBe(415);
      expect(problemOf(answer).type).toBe('/problems/unsupported-media-type');
    }
    expect(fixture.publisher.events()).toHaveLength(before);
  });
});

test('a body that is not in the encoding it claims is 400', async () => {
  const answer = await fixture.client.createOrder(order, { 'Content-Encoding': 'gzip' });
  expect(answer.status).toBe(400);
  expect(problemOf(answer).type).toBe('/problems/malformed-request');
});

test('a compressed body that is cut off is 400', async () => {
  const answer = await fixture.client.createOrder(gzipSync(order).subarray(0, -12), { 'Content-Encoding': 'gzip' });
  expect(answer.status).toBe(400);
  expect(problemOf(answer).type).toBe('/problems/malformed-request');
});

test('operations without a body do not mind one', async () => {
  const answer = await fixture.client.send('GET', '/orders', { headers: { 'Content-Type': 'text/plain' }, body: 'x' });
  expect(answer.status).toBe(200);
});
