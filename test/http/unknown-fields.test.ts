// Names every JavaScript object knows are fields like any other: a validator that looks them up in a plain object would
// let them pass.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { pointersOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const order = JSON.stringify(anOrder({ orderId: 'order-1' }));

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

async function expectRefused(body: string, pointers: readonly string[]) {
  const answer = await fixture.client.createOrder(body);
  expect([answer.status, pointersOf(answer)]).toEqual([422, pointers]);
  expect(fixture.publisher.events()).toEqual([]);
}

const NAMES = [
  'colour',
  'status',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'length',
];

describe.each(['1', '{}', '{"polluted":true}', 'null'])('with the value %s', (value) => {
  test.each(NAMES)('%s in the order is refused', async (name) => {
    await expectRefused(order.replace('{', `{"${name}":${value},`), [`/${name}`]);
  });

  test.each(NAMES)('%s in an item is refused', async (name) => {
    await expectRefused(order.replace('[{', `[{"${name}":${value},`), [`/items/0/${name}`]);
  });
});

test('unknown fields at both levels are named at once', async () => {
  await expectRefused(order.replace('{', '{"a":1,').replace('[{', '[{"b":1,'), ['/a', '/items/0/b']);
});

test('only the item that has the unknown field is named', async () => {
  const items = [1, 2, 3].map((i) => ({ sku: 's', quantity: 1, unitPrice: 1, ...(i === 2 ? { extra: 1 } : {}) }));
  await expectRefused(JSON.stringify({ ...anOrder(), items }), ['/items/1/extra']);
});

test('names differ by case', async () => {
  await expectRefused(order.replace('{', '{"TenantId":"x",'), ['/TenantId']);
});

test('a body pollutes no prototype', () => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
