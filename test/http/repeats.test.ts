import { expect, test } from '@jest/globals';
import { createAppFixture } from '../support/app-fixture.ts';
import { pointersOf, problemOf, trackingOf, type Answer } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const replayed = ({ headers }: Answer) => headers['idempotent-replayed'];

test('a repeat gets the first answer, status and body, and publishes nothing', async () => {
  const { client, publisher } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  const first = await client.createOrder(anOrder(), headers);
  const repeat = await client.createOrder(anOrder(), headers);
  expect([first.status, replayed(first)]).toEqual([202, undefined]);
  expect([repeat.status, replayed(repeat), repeat.text]).toEqual([202, 'true', first.text]);
  expect(repeat.headers['location']).toBe(first.headers['location']);
  expect(publisher.events()).toHaveLength(1);
});

test('so does the repeat of a change, while another change of the same order is new', async () => {
  const { client, publisher } = await createAppFixture();
  await client.createOrder(anOrder({ orderId: 'order-1' }));
  const change = (id: string) => client.updateStatus('order-1', { status: 'shipped' }, { 'X-Request-Id': id });
  const first = await change('a');
  expect((await change('a')).text).toBe(first.text);
  expect(replayed(await change('b'))).toBeUndefined();
  expect(publisher.events()).toHaveLength(3);
});

test('members in another order and a default written out are the same body', async () => {
  const { client } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  const { customerId, ...rest } = anOrder();
  await client.createOrder({ customerId, ...rest }, headers);
  expect(replayed(await client.createOrder({ ...rest, currency: 'USD', customerId }, headers))).toBe('true');
});

test('the same id with another body is 422 of its own kind, and publishes nothing', async () => {
  const { client, publisher } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  await client.createOrder(anOrder(), headers);
  const answer = await client.createOrder(anOrder({ totalAmount: 1 }), headers);
  expect([answer.status, problemOf(answer).type]).toEqual([422, '/problems/request-id-reused']);
  expect(pointersOf(answer)).toEqual(['']);
  expect(publisher.events()).toHaveLength(1);
});

test('Idempotency-Key wins over X-Request-Id, and names the request everywhere', async () => {
  const { client, publisher } = await createAppFixture();
  const first = await client.createOrder(anOrder(), { 'Idempotency-Key': 'key-1', 'X-Request-Id': 'proxy-1' });
  const repeat = await client.createOrder(anOrder(), { 'Idempotency-Key': 'key-1', 'X-Request-Id': 'proxy-2' });
  expect(repeat.text).toBe(first.text);
  expect([first.headers['x-request-id'], trackingOf(first).requestId]).toEqual(['key-1', 'key-1']);
  expect(publisher.events()).toHaveLength(1);
  const bad = await client.createOrder(anOrder(), { 'Idempotency-Key': 'a b', 'X-Request-Id': 'proxy-3' });
  expect(problemOf(bad)).toMatchObject({ status: 400, type: '/problems/invalid-request-id' });
});

test('an id is its principal’s: two of them may use the same one', async () => {
  const apiKeys = ['one', 'two'].map((principal) => ({ principal, key: `${principal}-key` }));
  const { client, publisher } = await createAppFixture({ apiKeys });
  for (const { key } of apiKeys) {
    const answer = await client.createOrder(anOrder(), { 'X-API-Key': key, 'X-Request-Id': 'same' });
    expect(replayed(answer)).toBeUndefined();
  }
  expect(publisher.events()).toHaveLength(2);
});

test('an orderId under another request id: the same body is a repeat, another body or principal is 409', async () => {
  const apiKeys = ['tester', 'other'].map((principal) => ({ principal, key: `${principal}-key` }));
  const { client, publisher } = await createAppFixture({ apiKeys });
  const mine = (id: string) => ({ 'X-API-Key': 'tester-key', 'X-Request-Id': id });
  const order = anOrder({ orderId: 'order-1' });
  const first = await client.createOrder(order, mine('a'));
  const repeat = await client.createOrder(order, mine('b'));
  expect([replayed(repeat), repeat.text]).toEqual(['true', first.text]);
  for (const answer of [
    await client.createOrder({ ...order, totalAmount: 1 }, mine('c')),
    await client.createOrder(order, { 'X-API-Key': 'other-key', 'X-Request-Id': 'd' }),
  ]) {
    expect([answer.status, problemOf(answer).type]).toEqual([409, '/problems/order-exists']);
  }
  expect(publisher.events()).toHaveLength(1);
});

test('a repeat while the first is under way waits for it and shares its answer', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { client, publisher } = await createAppFixture({
    publish: async (event) => {
      await gate.promise;
      return publisher.publish(event);
    },
  });
  const headers = { 'X-Request-Id': 'request-1' };
  const asked = Array.from({ length: 5 }, () => client.createOrder(anOrder(), headers));
  setTimeout(() => gate.resolve(undefined), 50);
  const answers = await Promise.all(asked);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(answers.filter((answer) => replayed(answer) === 'true')).toHaveLength(4);
  expect(publisher.events()).toHaveLength(1);
});

test('a refused publish is shared too, and stores nothing: the next one is new', async () => {
  const { client, publisher } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  publisher.behave({ kind: 'refuse' });
  const refused = await Promise.all([1, 2, 3].map(() => client.createOrder(anOrder(), headers)));
  expect(refused.map((answer) => problemOf(answer).type)).toEqual(Array(3).fill('/problems/not-published'));
  publisher.behave({ kind: 'normal' });
  expect(replayed(await client.createOrder(anOrder({ totalAmount: 1 }), headers))).toBeUndefined();
});

test.each([
  ['a validation failure', { customerId: '' }, {}],
  ['a wrong key', {}, { 'X-API-Key': 'wrong' }],
])('%s stores nothing of the request id', async (_what, changes, wrong) => {
  const { client } = await createAppFixture();
  const headers = { 'X-Request-Id': 'request-1' };
  expect((await client.createOrder(anOrder(changes), { ...headers, ...wrong })).status).toBeGreaterThanOrEqual(400);
  const answer = await client.createOrder(anOrder({ totalAmount: 1 }), headers);
  expect([answer.status, replayed(answer)]).toEqual([202, undefined]);
});
