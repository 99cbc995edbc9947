import { beforeAll, describe, expect, test } from '@jest/globals';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { problemOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture({ bodyLimitBytes: 1_000 });
});

test.each(['a', 'x'.repeat(128), '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~', '0'])(
  'the id %s is taken, answered, logged and published',
  async (id) => {
    const answer = await fixture.client.createOrder(anOrder(), { 'X-Request-Id': id });
    expect(answer.status).toBe(202);
    expect(answer.headers['x-request-id']).toBe(id);
    expect(fixture.publisher.events().some(({ event }) => event.data.metadata.requestId === id)).toBe(true);
    expect(fixture.lines.some(({ fields }) => fields['requestId'] === id)).toBe(true);
  },
);

test('without an id one is made, the same in answer, log and event', async () => {
  const { headers } = await fixture.client.createOrder(anOrder());
  const id = headers['x-request-id'];
  expect(id).toMatch(UUID);
  expect(fixture.publisher.events().at(-1)).toBeDefined();
  expect(fixture.publisher.events().some(({ event }) => event.data.metadata.requestId === id)).toBe(true);
  expect(fixture.lines.at(-1)?.fields['requestId']).toBe(id);
});

describe('an id that cannot be taken is 400, answered under a made one, and does nothing', () => {
  test.each([
    ['129 characters', 'x'.repeat(129)],
    ['a space', 'a b'],
    ['a tab', 'a\tb'],
    ['a character beyond ASCII', 'é'],
    ['two ids in one', 'a, b'],
  ])('%s', async (_fault, id) => {
    const before = fixture.publisher.events().length;
    const answer = await fixture.client.createOrder(anOrder(), { 'X-Request-Id': id });
    expect(answer.status).toBe(400);
    expect(problemOf(answer)).toMatchObject({ type: '/problems/invalid-request-id' });
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(fixture.publisher.events()).toHaveLength(before);
  });

  test.each(['/orders', '/orders/a', '/healthz', '/readyz', '/nowhere', '/problems/overloaded'])(
    'on %s',
    async (path) => {
      const answer = await fixture.client.get(path, { headers: { 'X-Request-Id': 'a b' } });
      expect(answer.status).toBe(400);
      expect(problemOf(answer).type).toBe('/problems/invalid-request-id');
    },
  );
});

test.each([
  [401, 'GET', '/orders', { 'X-API-Key': 'wrong' }, undefined],
  [404, 'GET', '/nowhere', {}, undefined],
  [404, 'GET', '/orders/nobody', {}, undefined],
  [405, 'DELETE', '/orders', {}, undefined],
  [413, 'POST', '/orders', {}, anOrder({ customerId: 'x'.repeat(2_000) })],
  [415, 'POST', '/orders', { 'Content-Type': 'text/plain' }, 'x'],
  [400, 'POST', '/orders', {}, '{'],
  [422, 'POST', '/orders', {}, {}],
  [200, 'GET', '/problems/overloaded', {}, undefined],
  [200, 'GET', '/healthz', {}, undefined],
])(
  'a %i carries the id of its request, and so does its log line (%s %s)',
  async (status, method, path, headers, body) => {
    const id = `id-${status}-${path}`;
    const answer = await fixture.client.send(method, path, { headers: { ...headers, 'X-Request-Id': id }, body });
    expect(answer.status).toBe(status);
    expect(answer.headers['x-request-id']).toBe(id);
    const logged = fixture.lines.filter(({ fields }) => fields['requestId'] === id);
    expect(logged).toHaveLength(status < 400 ? 0 : 1);
  },
);
