import { describe, expect, test } from '@jest/globals';
import { PublishError, type PublishFailure } from '../../src/publishing/publish-error.ts';
import { createAppFixture } from '../support/app-fixture.ts';
import { problemOf, trackingOf, type Answer } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

/** Expects a 503 of this type that says when to come again, the same in header and body. */
function expectUnavailable(answer: Answer, type: string) {
  expect(answer.status).toBe(503);
  expect(problemOf(answer).type).toBe(type);
  expect(problemOf(answer).retryAfter).toBeGreaterThanOrEqual(1);
  expect(answer.headers['retry-after']).toBe(String(problemOf(answer).retryAfter));
}

test('what the backend refuses is certainly not published', async () => {
  const { client, publisher, view } = await createAppFixture();
  publisher.behave({ kind: 'refuse' });
  expectUnavailable(await client.createOrder(anOrder()), '/problems/not-published');
  expect(publisher.events()).toEqual([]);
  expect(view.size()).toBe(0);
});

test('a lost acknowledgement is an unknown outcome, never a success and never a certain failure', async () => {
  const { client, publisher } = await createAppFixture();
  publisher.behave({ kind: 'lose-ack' });
  expectUnavailable(await client.createOrder(anOrder()), '/problems/outcome-unknown');
  expect(publisher.events()).toHaveLength(1);
});

test.each(['earliest', 'off'] as const)(
  'a repeat after an unknown outcome finds the message and makes no second one (VIEW_TAIL=%s)',
  async (viewTail) => {
    const { client, publisher } = await createAppFixture({ viewTail });
    const headers = { 'X-Request-Id': 'request-1' };
    publisher.behave({ kind: 'lose-ack' });
    await client.createOrder(anOrder(), headers);
    publisher.behave({ kind: 'normal' });
    const repeat = await client.createOrder(anOrder(), headers);
    expect(repeat.headers['idempotent-replayed']).toBe('true');
    const [kept] = publisher.events();
    expect(trackingOf(repeat)).toMatchObject({ ...kept?.receipt, eventId: kept?.event.id });
    expect(publisher.events()).toHaveLength(1);
  },
);

test('a change of status fails as an order does', async () => {
  const { client, publisher } = await createAppFixture({ viewTail: 'off' });
  publisher.behave({ kind: 'refuse' });
  expectUnavailable(await client.updateStatus('order-1', { status: 'shipped' }), '/problems/not-published');
  publisher.behave({ kind: 'lose-ack' });
  expectUnavailable(await client.updateStatus('order-1', { status: 'shipped' }), '/problems/outcome-unknown');
});

test('after a failure the next order is accepted again', async () => {
  const { client, publisher } = await createAppFixture();
  publisher.behave({ kind: 'refuse' });
  await client.createOrder(anOrder());
  publisher.behave({ kind: 'normal' });
  expect((await client.createOrder(anOrder())).status).toBe(202);
});

test('more than the publishes that may be under way are shed at once, and nothing else is', async () => {
  const gate = Promise.withResolvers<undefined>();
  const { client, publisher } = await createAppFixture({
    maxInFlight: 2,
    publish: async (event) => {
      arrived();
      await gate.promise;
      return publisher.publish(event);
    },
  });
  let waiting = 2;
  const bothArrived = Promise.withResolvers<undefined>();
  const arrived = () => {
    waiting -= 1;
    if (waiting === 0) bothArrived.resolve(undefined);
  };
  const underWay = [client.createOrder(anOrder()), client.createOrder(anOrder())];
  await bothArrived.promise;
  expectUnavailable(await client.createOrder(anOrder()), '/problems/overloaded');
  gate.resolve(undefined);
  expect((await Promise.all(underWay)).map(({ status }) => status)).toEqual([202, 202]);
  expect(publisher.events()).toHaveLength(2);
  waiting = 1;
  expect((await client.createOrder(anOrder())).status).toBe(202);
});

test('a publisher that is closed takes nothing: certainly not published', async () => {
  const { client, publisher } = await createAppFixture();
  await publisher.close();
  expectUnavailable(await client.createOrder(anOrder()), '/problems/not-published');
});

test('reading goes on while publishing fails', async () => {
  const { client, publisher } = await createAppFixture();
  await client.createOrder(anOrder({ orderId: 'order-1' }));
  publisher.behave({ kind: 'refuse' });
  expect((await client.get('/orders/order-1')).status).toBe(200);
  expect((await client.get('/orders')).status).toBe(200);
});

describe('the errors of a backend', () => {
  const failure: PublishFailure = { outcome: 'rejected', reason: 'unreachable', retriable: true, message: 'Check X.' };

  test.each<[PublishFailure['reason'], PublishFailure['outcome'], number, string]>([
    ['too_large', 'rejected', 413, '/problems/content-too-large'],
    ['authentication', 'rejected', 503, '/problems/not-published'],
    ['authorization', 'rejected', 503, '/problems/not-published'],
    ['topic_missing', 'rejected', 503, '/problems/not-published'],
    ['not_enough_replicas', 'rejected', 503, '/problems/not-published'],
    ['timeout', 'rejected', 503, '/problems/not-published'],
    ['timeout', 'unknown', 503, '/problems/outcome-unknown'],
    ['unreachable', 'unknown', 503, '/problems/outcome-unknown'],
    ['backend_error', 'unknown', 503, '/problems/outcome-unknown'],
  ])('%s, %s: %i %s', async (reason, outcome, status, type) => {
    const publish = () => Promise.reject(new PublishError({ ...failure, reason, outcome }));
    const { client } = await createAppFixture({ publish });
    const answer = await client.createOrder(anOrder());
    expect(answer.status).toBe(status);
    expect(problemOf(answer)).toMatchObject({ type, detail: 'Check X.' });
  });
});

test.each<[string, unknown]>([
  ['an Error', new Error('secret-cause at 10.0.0.1')],
  ['an error that carries a status', Object.assign(new Error('secret-cause'), { status: 400, expose: true })],
  ['text', 'secret-cause'],
  ['nothing', undefined],
])('an exception nobody expects is 500 and leaks nothing: %s', async (_what, thrown) => {
  const broken = Promise.withResolvers<never>();
  const { client, lines } = await createAppFixture({ publish: () => broken.promise });
  broken.promise.catch(() => undefined); // until a request asks for it
  broken.reject(thrown);
  const answer = await client.createOrder(anOrder(), { 'X-Request-Id': 'request-1' });
  expect(answer.status).toBe(500);
  expect(answer.body).toEqual({
    type: '/problems/internal-error',
    title: 'Internal error',
    status: 500,
    detail: expect.any(String),
    requestId: 'request-1',
  });
  expect(`${answer.text}${JSON.stringify(answer.headers)}`).not.toContain('secret-cause');
  const logged = lines.filter(({ level, fields }) => level === 'error' && fields['requestId'] === 'request-1');
  expect(logged).toHaveLength(1);
  if (thrown !== undefined) expect(String(logged[0]?.fields['error'])).toContain('secret-cause');
});
