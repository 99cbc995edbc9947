import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const order = JSON.stringify(anOrder({ orderId: 'order-1' }));

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

describe('a body that is not one JSON text in UTF-8 is 400', () => {
  test.each<[string, string | Buffer]>([
    ['cut off', order.slice(0, -1)],
    ['cut off within a string', order.slice(0, 20)],
    ['a comma too many', order.replace('}', ',}')],
    ['a comma too many in a list', order.replace('}]', '},]')],
    ['blanks alone', ' \n'],
    ['two texts', `${order}${order}`],
    ['text behind it', `${order};`],
    ['single quotes', order.replaceAll('"', "'")],
    ['a comment', `/* */${order}`],
    ['NaN', order.replace('"totalAmount":25', '"totalAmount":NaN')],
    ['Infinity', order.replace('"totalAmount":25', '"totalAmount":Infinity')],
    ['a leading zero', order.replace('"totalAmount":25', '"totalAmount":025')],
    ['a plus sign', order.replace('"totalAmount":25', '"totalAmount":+25')],
    ['a hexadecimal number', order.replace('"totalAmount":25', '"totalAmount":0x19')],
    ['a number without its fraction', order.replace('"totalAmount":25', '"totalAmount":25.')],
    ['a bare control character', order.replace('customer-1', 'customer\u0001')],
    ['bytes that are not UTF-8', Buffer.from(order.replace('customer-1', 'caf\xe9'), 'latin1')],
    ['UTF-8 that is cut off', Buffer.concat([Buffer.from(order), Buffer.from([0xe2, 0x82])])],
    ['a surrogate as bytes', Buffer.from(order.replace('customer-1', '\xed\xa0\x80'), 'latin1')],
    ['an overlong encoding', Buffer.from(order.replace('customer-1', '\xc0\xaf'), 'latin1')],
    ['UTF-16', Buffer.from(`\ufeff${order}`, 'utf16le')],
    ['two byte order marks', `\ufeff\ufeff${order}`],
  ])('%s', async (_fault, body) => {
    const answer = await fixture.client.createOrder(body);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).type).toBe('/problems/malformed-json');
    expect(fixture.publisher.events()).toEqual([]);
  });

  test.each(['POST', 'PATCH'])('an empty one (%s)', async (method) => {
    const path = method === 'POST' ? '/orders' : '/orders/order-1';
    for (const body of [undefined, Buffer.alloc(0)]) {
      const answer = await fixture.client.send(method, path, { headers: { 'Content-Type': 'application/json' }, body });
      expect(answer.status).toBe(400);
      expect(problemOf(answer).type).toBe('/problems/malformed-json');
    }
  });
});

test('a body that is not UTF-8 leaves nothing behind for the next one', async () => {
  const { client } = await createAppFixture();
  expect((await client.createOrder(Buffer.from([0x7b, 0xe2, 0x82]))).status).toBe(400);
  expect((await client.createOrder(anOrder())).status).toBe(202);
});

test('a byte order mark before the text is let pass', async () => {
  const { client } = await createAppFixture();
  expect((await client.createOrder(`\ufeff${order}`)).status).toBe(202);
});

test('a lone surrogate, escaped, is let pass and kept as it is', async () => {
  const { client, publisher } = await createAppFixture();
  expect((await client.createOrder(order.replace('customer-1', '\\ud800'))).status).toBe(202);
  expect(publisher.events()[0]?.event.data).toMatchObject({ order: { customerId: '\ud800' } });
});

test('the answer does not show the body', async () => {
  const answer = await fixture.client.createOrder(`{"secret-in-body": `);
  expect(answer.text).not.toContain('secret-in-body');
});
