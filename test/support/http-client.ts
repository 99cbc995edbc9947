import type { Express } from 'express';
import request from 'supertest';
import type { components } from '../../src/generated/http.ts';
import { assertOnContract } from './http-contract.ts';

/** An answer that has been held against the contract. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The JSON body; undefined where there is none. */
  readonly body: unknown;
}

/** What a request may have beside method and path. */
export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A string or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
}

/** Speaks to the service as its clients do. Throws where an answer is not what the contract says. */
export interface HttpClient {
  send(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** POST /orders */
  createOrder(body: unknown, headers?: RequestOptions['headers']): Promise<Answer>;
  /** PATCH /orders/{orderId} */
  updateStatus(orderId: string, body: unknown, headers?: RequestOptions['headers']): Promise<Answer>;
}

/** The key every client sends unless told otherwise; its principal is `tester`. */
export const TEST_KEY = 'test-key';

/** A client of an application, or of whatever listens at a base URL. An empty header is left out. */
export function createHttpClient(target: Express | string): HttpClient {
  async function send(method: string, path: string, { headers = {}, body }: RequestOptions = {}): Promise<Answer> {
    const agent = request(target);
    const test = agent[nameOf(method)](path).ok(() => true);
    // Bodies are taken as they are and parsed here: superagent writes bytes as JSON, and rejects what it cannot read.
    test
      .serialize((data: unknown) => data as string)
      .buffer(true)
      .parse(readText);
    const sent = {
      'X-API-Key': TEST_KEY,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    };
    for (const [name, value] of Object.entries(sent)) if (value !== '') test.set(name, value);
    if (body !== undefined) test.send(typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body));
    const answer = await test;
    const text = typeof answer.body === 'string' ? answer.body : '';
    const { status } = answer;
    const answerHeaders = answer.headers as Record<string, string>;
    assertOnContract({ method, path, status, headers: answerHeaders, text });
    return { status, headers: answerHeaders, text, body: bodyOf(answerHeaders, text) };
  }

  return {
    send,
    get: (path, options) => send('GET', path, options),
    createOrder: (body, headers = {}) => send('POST', '/orders', { body, headers }),
    updateStatus: (orderId, body, headers = {}) => send('PATCH', `/orders/${orderId}`, { body, headers }),
  };
}

function readText(res: request.Response, done: (error: Error | null, text: string) => void): void {
  const chunks: Buffer[] = [];
  res.on('data', (chunk: Buffer) => chunks.push(chunk));
  res.on('end', () => done(null, Buffer.concat(chunks).toString()));
}

type Method = 'get' | 'head' | 'post' | 'patch' | 'put' | 'delete' | 'options' | 'trace';

function nameOf(method: string): Method {
  return method.toLowerCase() as Method; // the method of supertest for an HTTP method has its name in lower case
}

function bodyOf(headers: Answer['headers'], text: string): unknown {
  return text !== '' && headers['content-type']?.includes('json') ? (JSON.parse(text) as unknown) : undefined;
}

type Schemas = components['schemas'];

/** The body of a 202. The client has held it against the contract, so its type is the contract's. */
export function trackingOf(answer: Answer): Schemas['Tracking'] {
  return as(answer, [202]) as Schemas['Tracking'];
}

/** The body of a 200 to GET /orders/{orderId}. */
export function orderOf(answer: Answer): Schemas['StoredOrder'] {
  return as(answer, [200]) as Schemas['StoredOrder'];
}

/** The body of a 200 to GET /orders. */
export function pageOf(answer: Answer): Schemas['OrderPage'] {
  return as(answer, [200]) as Schemas['OrderPage'];
}

/** The body of a 200 or 503 to GET /readyz. */
export function readinessOf(answer: Answer): Schemas['Readiness'] {
  return as(answer, [200, 503]) as Schemas['Readiness'];
}

/** Every member a problem may have. */
export type AnyProblem = Schemas['Problem'] & Partial<Schemas['ValidationProblem'] & Schemas['RetryableProblem']>;

/** The body of a problem. */
export function problemOf(answer: Answer): AnyProblem {
  if (answer.headers['content-type'] !== 'application/problem+json') throw new Error(`not a problem: ${answer.text}`);
  return answer.body as AnyProblem;
}

/** The places a 422 points at, sorted; a place may have several faults. */
export function pointersOf(answer: Answer): string[] {
  return [...new Set((problemOf(answer).errors ?? []).map(({ pointer }) => pointer))].sort();
}

function as({ status, text, body }: Answer, statuses: readonly number[]): unknown {
  if (!statuses.includes(status)) throw new Error(`expected ${statuses.join(' or ')}, was ${status}: ${text}`);
  return body;
}
