// The client all these suites use must see an answer that is off the contract, or none of them proves much.
import { describe, expect, test } from '@jest/globals';
import express, { type Response } from 'express';
import { createHttpClient } from '../support/http-client.ts';

const tracking = {
  orderId: 'order-1',
  requestId: 'request-1',
  eventId: '6f1f6a4e-6a0c-5d3b-9c7e-0d6a3c1b2e4f',
  backend: 'memory',
  topic: 'orders',
  partition: 0,
  offset: '0',
  status: 'accepted',
  acceptedAt: '2026-01-01T12:00:00.000Z',
};
const problem = {
  type: '/problems/not-published',
  title: 'Not published',
  status: 503,
  detail: 'x',
  requestId: 'request-1',
  retryAfter: 1,
};
const headers = { 'X-Request-Id': 'request-1', Location: '/orders/order-1', 'Content-Type': 'application/json' };
const problemHeaders = { 'X-Request-Id': 'request-1', 'Content-Type': 'application/problem+json' };

/** A client of a service that answers everything in one way. */
function clientOf(status: number, sent: Record<string, string>, body: unknown) {
  const app = express();
  app.disable('x-powered-by');
  app.use((_req, res: Response) => {
    for (const [name, value] of Object.entries(sent)) res.setHeader(name, value);
    res.status(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  return createHttpClient(app);
}

test('an answer on the contract passes', async () => {
  await expect(clientOf(202, headers, tracking).createOrder({})).resolves.toMatchObject({ status: 202 });
  const retryable = { ...problemHeaders, 'Retry-After': '1' };
  await expect(clientOf(503, retryable, problem).createOrder({})).resolves.toMatchObject({ status: 503 });
});

describe('an answer to POST /orders is refused', () => {
  const { Location: _location, ...withoutLocation } = headers;
  const { 'X-Request-Id': _id, ...withoutId } = headers;
  const { eventId: _eventId, ...withoutEventId } = tracking;

  test.each([
    ['a status that is not documented', 201, headers, tracking, 'documents no 201'],
    ['a content type that is not documented', 202, { ...headers, 'Content-Type': 'text/html' }, tracking, 'text/html'],
    ['a member too many', 202, headers, { ...tracking, secret: 1 }, 'secret'],
    ['a member too few', 202, headers, withoutEventId, 'eventId'],
    ['a member of another type', 202, headers, { ...tracking, offset: 0 }, '/offset'],
    ['a value that is no UUID', 202, headers, { ...tracking, eventId: '1' }, '/eventId'],
    ['no Location', 202, withoutLocation, tracking, 'Location is missing'],
    ['no X-Request-Id', 202, withoutId, tracking, 'X-Request-Id is missing'],
    ['an X-Request-Id that may not be', 202, { ...headers, 'X-Request-Id': 'a b' }, tracking, 'X-Request-Id'],
    ['a body that is not JSON', 202, headers, 'accepted', 'not JSON'],
    ['two request ids', 202, { ...headers, 'X-Request-Id': 'other' }, tracking, 'requestId is "request-1"'],
    ['no Retry-After', 503, problemHeaders, problem, 'Retry-After is missing'],
    ['a Retry-After that is no number', 503, { ...problemHeaders, 'Retry-After': 'soon' }, problem, 'Retry-After'],
    ['another Retry-After', 503, { ...problemHeaders, 'Retry-After': '9' }, problem, 'retryAfter is 1'],
    ['a problem that is not listed', 401, problemHeaders, { ...problem, type: '/problems/x', status: 401 }, '/type'],
    ['a problem with another status', 401, problemHeaders, problem, 'status is 503'],
    ['a validation problem without errors', 422, problemHeaders, { ...problem, status: 422 }, 'errors'],
  ])('%s', async (_fault, status, sent, body, message) => {
    await expect(clientOf(status, sent, body).createOrder({})).rejects.toThrow(message);
  });
});

describe('outside of the contract an answer is refused', () => {
  const notFound = { ...problem, type: '/problems/not-found', status: 404, retryAfter: undefined };
  const notAllowed = { ...problem, type: '/problems/method-not-allowed', status: 405, retryAfter: undefined };

  test.each([
    ['a success', 'GET', '/elsewhere', 200, problemHeaders, notFound, 'none of 400, 404'],
    ['no problem', 'GET', '/elsewhere', 404, headers, notFound, 'not that of a problem'],
    ['no request id', 'GET', '/elsewhere', 404, { 'Content-Type': 'application/problem+json' }, notFound, 'missing'],
    ['405 without Allow', 'DELETE', '/orders', 405, problemHeaders, notAllowed, 'Allow is missing'],
    [
      '405 with another Allow',
      'DELETE',
      '/orders',
      405,
      { ...problemHeaders, Allow: 'GET' },
      notAllowed,
      'Allow is GET',
    ],
    [
      'a description of a problem as HTML',
      'GET',
      '/problems/x',
      200,
      { ...headers, 'Content-Type': 'text/html' },
      '',
      'text',
    ],
  ])('%s', async (_fault, method, path, status, sent, body, message) => {
    await expect(clientOf(status, sent, body).send(method, path)).rejects.toThrow(message);
  });
});
