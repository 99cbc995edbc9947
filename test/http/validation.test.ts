import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { pointersOf, problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const order = anOrder({ orderId: 'order-1' });
const item = { sku: 'sku-1', quantity: 1, unitPrice: 1 };
const text = JSON.stringify(anOrder({ orderId: 'order-1', items: [item] }));

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

/** Expects a 422 that points at these places and at nothing else, and no event. */
async function expectRefused(body: unknown, pointers: readonly string[]) {
  const before = fixture.publisher.events().length;
  const answer = await fixture.client.createOrder(body);
  expect([answer.status, pointersOf(answer)]).toEqual([422, [...pointers].sort()]);
  expect(fixture.publisher.events()).toHaveLength(before);
}

test.each(['null', 'true', '1', '"order"', '[]', `[${text}]`])(
  'a body that is no object is refused: %s',
  async (body) => {
    await expectRefused(body, ['']);
  },
);

test.each(['customerId', 'items', 'totalAmount', 'tenantId', 'channel'])(
  'an order without %s is refused',
  async (name) => {
    await expectRefused({ ...order, [name]: undefined }, [`/${name}`]);
  },
);

test.each(['sku', 'quantity', 'unitPrice'])('an item without %s is refused', async (name) => {
  await expectRefused({ ...order, items: [item, { ...item, [name]: undefined }] }, [`/items/1/${name}`]);
});

test('everything that is missing is named at once', async () => {
  await expectRefused({}, ['/channel', '/customerId', '/items', '/tenantId', '/totalAmount']);
});

describe('a value of another type is refused', () => {
  test.each<[string, unknown]>([
    ['/orderId', 1],
    ['/customerId', 1],
    ['/customerId', null],
    ['/items', {}],
    ['/items', 'sku-1'],
    ['/items', null],
    ['/totalAmount', '25'],
    ['/totalAmount', true],
    ['/totalAmount', null],
    ['/totalAmount', [25]],
    ['/totalAmount', ''],
    ['/currency', 840],
    ['/currency', null],
    ['/tenantId', ['a']],
    ['/channel', 0],
  ])('%s %j', async (pointer, value) => {
    await expectRefused({ ...order, [pointer.slice(1)]: value }, [pointer]);
  });

  test.each<[string, unknown]>([
    ['sku', 1],
    ['quantity', '1'],
    ['quantity', true],
    ['quantity', null],
    ['unitPrice', '1'],
    ['unitPrice', null],
    ['name', 5],
    ['name', null],
  ])('in an item: %s %j', async (name, value) => {
    await expectRefused({ ...order, items: [{ ...item, [name]: value }] }, [`/items/0/${name}`]);
  });

  test.each([0, null, 'sku', []])('as an item: %j', async (value) => {
    await expectRefused({ ...order, items: [item, value] }, ['/items/1']);
  });
});

describe('a value out of bounds is refused', () => {
  test.each<[string, unknown]>([
    ['orderId', ''],
    ['orderId', 'x'.repeat(65)],
    ['orderId', '-a'],
    ['orderId', 'a/b'],
    ['orderId', 'a b'],
    ['orderId', 'ä'],
    ['orderId', 'a\n'],
    ['customerId', ''],
    ['customerId', 'x'.repeat(129)],
    ['tenantId', ''],
    ['tenantId', 'x'.repeat(129)],
    ['currency', 'usd'],
    ['currency', 'EURO'],
    ['currency', ''],
    ['channel', 'fax'],
    ['channel', 'WEB'],
    ['items', []],
    ['items', Array.from({ length: 101 }, () => item)],
    ['totalAmount', -0.01],
  ])('%s %j', async (name, value) => {
    await expectRefused({ ...order, [name]: value }, [`/${name}`]);
  });

  test.each([
    ['quantity', '0'],
    ['quantity', '-1'],
    ['quantity', '-0'],
    ['quantity', '1.5'],
    ['quantity', '9007199254740992'],
    ['quantity', '1e999'],
    ['quantity', '-1e999'],
    ['unitPrice', '-0.01'],
    ['unitPrice', '1e999'],
    ['unitPrice', '-1e999'],
    ['unitPrice', '-1e-300'],
  ])('%s of an item %s', async (name, number) => {
    await expectRefused(text.replace(`"${name}":1`, `"${name}":${number}`), [`/items/0/${name}`]);
  });

  test('an amount too large for a number', async () => {
    await expectRefused(text.replace('"totalAmount":25', '"totalAmount":1e999'), ['/totalAmount']);
  });
});

describe('a value at its bound is taken', () => {
  let orders = 0;
  /** An order is taken once, so each has a name of its own. */
  const another = () => `taken-${(orders += 1)}`;
  const textOf = (from: string, to: string) => text.replace('order-1', another()).replace(from, to);

  test.each<[string, unknown]>([
    ['orderId', 'x'.repeat(64)],
    ['orderId', '0'],
    ['customerId', 'x'.repeat(128)],
    ['customerId', '\u{1f600}'.repeat(128)],
    ['items', Array.from({ length: 100 }, () => item)],
    ['items', [{ ...item, quantity: 9_007_199_254_740_991, unitPrice: 0, name: '' }]],
    ['items', [{ ...item, name: 'x'.repeat(256) }]],
    ['totalAmount', 0],
    ['totalAmount', 1.7976931348623157e308],
  ])('%s', async (name, value) => {
    expect((await fixture.client.createOrder({ ...order, orderId: another(), [name]: value })).status).toBe(202);
  });

  test.each(['-0', '0.0', '1E2', '0.1e1'])('an amount written as %s', async (number) => {
    expect((await fixture.client.createOrder(textOf('"unitPrice":1', `"unitPrice":${number}`))).status).toBe(202);
  });

  test('a whole number written with a fraction of zero', async () => {
    expect((await fixture.client.createOrder(textOf('"quantity":1', '"quantity":1.0'))).status).toBe(202);
  });
});

describe('a change of status', () => {
  test.each<[string, unknown, string[]]>([
    ['no status', {}, ['/status']],
    ['an unknown status', { status: 'lost' }, ['/status']],
    ['notes that are too long', { status: 'shipped', notes: 'x'.repeat(1_001) }, ['/notes']],
    ['notes of another type', { status: 'shipped', notes: null }, ['/notes']],
    ['an unknown field', { status: 'shipped', orderId: 'order-1' }, ['/orderId']],
    ['__proto__', '{"status":"shipped","__proto__":{}}', ['/__proto__']],
    ['several faults', { status: 1, notes: 1, more: 1 }, ['/more', '/notes', '/status']],
    ['a list', [], ['']],
  ])('is refused: %s', async (_fault, body, pointers) => {
    const answer = await fixture.client.updateStatus('order-1', body);
    expect([answer.status, pointersOf(answer)]).toEqual([422, pointers]);
  });

  test('may carry the longest notes', async () => {
    const { client } = await createAppFixture({ viewTail: 'off' });
    const notes = 'x'.repeat(1_000);
    expect((await client.updateStatus('order-1', { status: 'shipped', notes })).status).toBe(202);
  });
});

test.each(['a%20b', '-a', 'x'.repeat(65), 'a%2Fb', '%00', 'caf%C3%A9', '%5F'])(
  'an orderId in the path that can be none is refused: %s',
  async (orderId) => {
    for (const answer of [
      await fixture.client.get(`/orders/${orderId}`),
      await fixture.client.updateStatus(orderId, { status: 'shipped' }),
    ]) {
      expect(answer.status).toBe(422);
      expect(pointersOf(answer)).toEqual(['/path/orderId']);
    }
  },
);

test('faults of path, query and body are all named', async () => {
  const answer = await fixture.client.send('PATCH', '/orders/-a?x=1', { body: { status: 'lost' } });
  expect([answer.status, pointersOf(answer)]).toEqual([422, ['/path/orderId', '/query/x', '/status']]);
});

describe('pointers', () => {
  test('name several places and no correct one', async () => {
    const items = [item, { ...item, quantity: 0 }, { ...item, unitPrice: -1, sku: '' }];
    await expectRefused({ ...order, channel: 'fax', totalAmount: 'x', items }, [
      '/channel',
      '/totalAmount',
      '/items/1/quantity',
      '/items/2/unitPrice',
      '/items/2/sku',
    ]);
  });

  test.each([
    ['a~b', '/a~0b'],
    ['a/b', '/a~1b'],
    ['~1', '/~01'],
    ['a"b', '/a"b'],
    ['', '/'],
    ['ünï', '/ünï'],
    ['requestBody', '/requestBody'],
  ])('escape the name %j as RFC 6901 has it', async (name, pointer) => {
    await expectRefused({ ...order, [name]: 1 }, [pointer]);
    await expectRefused({ ...order, items: [{ ...item, [name]: 1 }] }, [`/items/0${pointer}`]);
  });
});

test('an answer names at most 100 faults', async () => {
  const items = Array.from({ length: 60 }, () => ({ sku: '', quantity: 0, unitPrice: -1 }));
  const answer = await fixture.client.createOrder({ ...order, items });
  expect(answer.status).toBe(422);
  expect(problemOf(answer).errors).toHaveLength(100);
  expect(problemOf(answer).detail).toContain('100 places or more');
});

test.each(['0', '{}', '{"a":1}'])(
  'a large body full of faulty items is refused for the first fault: %s',
  async (faulty) => {
    const count = Math.floor(262_000 / (faulty.length + 1));
    const items = Array.from({ length: count }, () => faulty).join(',');
    const answer = await fixture.client.createOrder(`{"items":[${items}]}`);
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors).toHaveLength(1);
  },
);

describe('deep nesting is answered', () => {
  const levels = 100_000;
  test.each([
    ['lists alone', '['.repeat(levels) + ']'.repeat(levels), ['']],
    ['lists as a value', text.replace('"customer-1"', '['.repeat(levels) + ']'.repeat(levels)), ['/customerId']],
    ['lists as items', text.replace(JSON.stringify(item), '['.repeat(levels) + ']'.repeat(levels)), ['/items/0']],
    ['objects in an unknown field', text.replace('{', `{"a":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)},`), ['/a']],
  ])('%s', async (_where, body, pointers) => {
    await expectRefused(body, pointers);
  });

  test('lists that do not close', async () => {
    expect((await fixture.client.createOrder('['.repeat(200_000))).status).toBe(400);
  });
});
