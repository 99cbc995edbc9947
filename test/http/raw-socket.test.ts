// What no HTTP client sends: bytes on a socket, against the listening server.
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { listen, type HttpServer } from '../../src/http/server.ts';
import { createAppFixture, type AppFixtureOptions } from '../support/app-fixture.ts';
import { assertOnContract } from '../support/http-contract.ts';
import { TEST_KEY } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';
import { silentLog } from '../support/silent-log.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: HttpServer | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
  server = undefined;
});

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** A listening service, and a way to send it bytes and read all it answers until it closes the connection. */
async function listeningService(options: AppFixtureOptions = {}) {
  const fixture = await createAppFixture(options);
  const listening = await listen(fixture.app, { host: '127.0.0.1', port: 0, drainMs: 0, log: silentLog });
  server = listening;
  const exchange = async (bytes: string | Buffer, { end = false } = {}): Promise<RawAnswer[]> => {
    const socket = connect(listening.port, '127.0.0.1');
    sockets.push(socket);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const closed = new Promise<void>((resolve, reject) => {
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    socket.write(bytes);
    if (end) socket.end();
    await closed;
    return answersIn(Buffer.concat(chunks));
  };
  return { ...fixture, exchange };
}

function answersIn(bytes: Buffer): RawAnswer[] {
  if (bytes.length === 0) return [];
  const headEnd = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const end = headEnd + 4 + Number(headers['content-length'] ?? Number.NaN);
  if (Number.isNaN(end)) throw new Error(`an answer without Content-Length: ${bytes.toString()}`);
  const text = bytes.subarray(headEnd + 4, end).toString();
  return [{ status: Number(statusLine.split(' ')[1]), headers, text }, ...answersIn(bytes.subarray(end))];
}

const body = JSON.stringify(anOrder({ orderId: 'order-1' }));
const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
const postHead = (...lines: string[]) =>
  head('POST /orders HTTP/1.1', 'Host: x', `X-API-Key: ${TEST_KEY}`, 'Content-Type: application/json', ...lines);
const post = (...lines: string[]) => postHead(`Content-Length: ${Buffer.byteLength(body)}`, ...lines) + body;

/** Expects the one answer to be a problem of this type, under an id that was made. */
function expectProblem(answers: readonly RawAnswer[], status: number, type: string) {
  expect(answers).toHaveLength(1);
  for (const answer of answers) {
    assertOnContract({ method: 'POST', path: '/orders', ...answer });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ type });
    expect(answer.headers['x-request-id']).toMatch(UUID);
  }
}

describe('what is not HTTP is answered as everything else is', () => {
  test.each<[string, string | Buffer]>([
    ['words', 'hello there\r\n\r\n'],
    ['a TLS greeting', Buffer.from('16030100c8010000c40303', 'hex')],
    ['another version', 'GET / HTTP/9.9\r\n\r\n'],
    ['a header without a colon', 'GET /healthz HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n'],
    ['a header name with a blank', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX Y: z\r\n\r\n'],
    ['a length that is none', postHead('Content-Length: many')],
    ['two lengths', postHead('Content-Length: 5', 'Content-Length: 6')],
    ['a length and chunks', postHead('Content-Length: 5', 'Transfer-Encoding: chunked')],
    ['a chunk that is none', `${postHead('Transfer-Encoding: chunked')}zz\r\n`],
    ['a huge header', head('GET /healthz HTTP/1.1', 'Host: x', `X-Big: ${'x'.repeat(20_000)}`)],
    ['a huge path', head(`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'Host: x')],
    ['many headers', head('GET /healthz HTTP/1.1', 'Host: x', ...Array.from({ length: 3_000 }, (_, i) => `X-${i}: y`))],
  ])('%s', async (_what, bytes) => {
    const { exchange, publisher } = await listeningService();
    expectProblem(await exchange(bytes), 400, '/problems/malformed-request');
    expect(publisher.events()).toEqual([]);
  });

  test('a body that is cut off', async () => {
    const { exchange, publisher } = await listeningService();
    const answers = await exchange(postHead('Content-Length: 1000') + body, { end: true });
    expectProblem(answers, 400, '/problems/malformed-request');
    expect(publisher.events()).toEqual([]);
  });

  test('HTTP/1.1 without a Host', async () => {
    const { exchange } = await listeningService();
    const request = head('GET /healthz HTTP/1.1', 'Connection: close');
    expectProblem(await exchange(request), 400, '/problems/malformed-request');
  });
});

test('an expectation nobody knows is let pass', async () => {
  const { exchange } = await listeningService();
  const answers = await exchange(head('GET /healthz HTTP/1.1', 'Host: x', 'Expect: miracles', 'Connection: close'));
  expect(answers.map(({ status }) => status)).toEqual([200]);
});

test('X-Request-Id that is given twice is 400', async () => {
  const { exchange } = await listeningService();
  const answers = await exchange(post('X-Request-Id: a', 'X-Request-Id: b', 'Connection: close'));
  expectProblem(answers, 400, '/problems/invalid-request-id');
});

test('X-Request-Id that is empty or not ASCII is 400', async () => {
  const { exchange } = await listeningService();
  for (const id of ['', '\xe9', '\xc3\xa9']) {
    const bytes = Buffer.from(post(`X-Request-Id: ${id}`, 'Connection: close'), 'latin1');
    expectProblem(await exchange(bytes), 400, '/problems/invalid-request-id');
  }
});

test('a body in chunks is read, and refused once it is too large', async () => {
  const { exchange } = await listeningService({ bodyLimitBytes: 1_000 });
  const chunked = (text: string) =>
    `${postHead('Transfer-Encoding: chunked', 'Connection: close')}${[...(text.match(/[^]{1,50}/g) ?? [])]
      .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
      .join('')}0\r\n\r\n`;
  expect((await exchange(chunked(body))).map(({ status }) => status)).toEqual([202]);
  const tooLarge = await exchange(chunked(body.padEnd(1_001)));
  expectProblem(tooLarge, 413, '/problems/content-too-large');
});

describe('requests that do not wait for the answers before them', () => {
  test('are answered in their order', async () => {
    const { exchange, publisher } = await listeningService();
    const ids = Array.from({ length: 20 }, (_, i) => `request-${i}`);
    const requests = ids.map((id, i) => post(`X-Request-Id: ${id}`, ...(i === 19 ? ['Connection: close'] : [])));
    const answers = await exchange(requests.join(''));
    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 202));
    expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual(ids);
    expect(publisher.events()).toHaveLength(1); // it is the same order each time
  });

  test('keep their answers where the one behind them is no HTTP', async () => {
    const { exchange, publisher } = await listeningService();
    const answers = await exchange(`${post('X-Request-Id: request-1')}garbage\r\n\r\n`);
    expect(publisher.events()).toHaveLength(1);
    expect(answers.map(({ status }) => status)).toEqual([202, 400]);
    expect(answers[0]?.headers['x-request-id']).toBe('request-1');
  });
});

test('the service goes on after all of this', async () => {
  const { exchange } = await listeningService();
  await exchange('garbage\r\n\r\n');
  await exchange(postHead('Content-Length: 1000') + body, { end: true });
  expect((await exchange(post('Connection: close'))).map(({ status }) => status)).toEqual([202]);
});
