// What the API could not publish, read from its log and sent again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderCreated, type OrderEvent } from '../../src/domain/events.ts';
import { fingerprintOf } from '../../src/idempotency/fingerprint.ts';
import { deadLetterOf } from '../../src/publishing/with-dead-letters.ts';
import { PublishError } from '../../src/publishing/publish-error.ts';
import type { Answer } from '../../src/replay/api/api-client.ts';
import { openDoneFile, rememberDone, type DoneFile } from '../../src/replay/api/done-file.ts';
import { readLine, type LostRequest } from '../../src/replay/api/letter-line.ts';
import { readLines } from '../../src/replay/api/read-lines.ts';
import { replayApi } from '../../src/replay/api/replay-api.ts';
import type { Filters } from '../../src/replay/filters.ts';
import { anOrder, anyOrder, changedEvent, createdEvent } from '../support/orders.ts';

const failure = { outcome: 'unknown', reason: 'timeout', retriable: true, message: 'no answer' } as const;

/** The line the API writes for an event. */
const lineOf = (event: OrderEvent) => JSON.stringify(deadLetterOf(event, new PublishError(failure)));

/** The one request on a line. */
function requestOn(line: string): LostRequest {
  const [read, ...others] = readLine(line);
  if (read?.kind !== 'letter' || others.length > 0) throw new Error(`not one letter: ${line}`);
  return read.request;
}

describe('a dead-letter line', () => {
  test('makes the event it was written for: the same id, order and fingerprint', () => {
    fc.assert(
      fc.property(anyOrder, fc.stringMatching(/^[\x21-\x7e]{1,128}$/), (order, requestId) => {
        const request = { requestId, principal: 'shop', receivedAt: 0 };
        const event = orderCreated(order, request);
        const { body, ...again } = requestOn(lineOf(event));
        const made = orderCreated(body as typeof order, { ...request, ...again }); // as the API would take it
        expect([made.id, made.subject, fingerprintOf(made)]).toEqual([event.id, event.subject, fingerprintOf(event)]);
      }),
    );
  });

  test('of a new order is its POST, with the orderId and currency the event has', () => {
    const event = orderCreated(anOrder(), { requestId: 'request-1', principal: 'shop', receivedAt: 0 });
    expect(requestOn(lineOf(event))).toMatchObject({
      method: 'POST',
      path: '/orders',
      body: { ...anOrder(), orderId: event.subject, currency: 'USD' },
      requestId: 'request-1',
      principal: 'shop',
      outcome: 'unknown',
    });
  });

  test('of a change is its PATCH, without the orderId in the body', () => {
    const { method, path, body } = requestOn(lineOf(changedEvent('order.1', 'shipped', 'left')));
    expect([method, path, body]).toEqual(['PATCH', '/orders/order.1', { status: 'shipped', notes: 'left' }]);
  });

  test('has the same identity for the same request, and another for another body or id', () => {
    const request = { requestId: 'request-1', principal: 'shop', receivedAt: 1 };
    const identity = (changes: object, receivedAt = 1, requestId = 'request-1') =>
      requestOn(lineOf(orderCreated(anOrder({ orderId: 'o', ...changes }), { ...request, requestId, receivedAt })))
        .identity;
    expect(identity({}, 2)).toBe(identity({}));
    expect(identity({ totalAmount: 7 })).not.toBe(identity({}));
    expect(identity({}, 1, 'request-2')).not.toBe(identity({}));
  });

  test.each(['', '> orders-api@0.1.0 start', '{"message":"listening"}', 'null', '7', '"dead letter"', '[]'])(
    'is none, and passed over: %j',
    (line) => {
      expect(readLine(line)).toEqual([{ kind: 'other' }]);
    },
  );

  const whole = lineOf(createdEvent('order-1'));
  test.each([
    ['its beginning', whole.slice(0, 200)],
    ['its end', whole.slice(200)],
    ['another kind of principal', whole.replace('"principal":"tester"', '"principal":"tes ter"')],
    ['another type of event', whole.replace('orders.order.created.v1', 'orders.order.created.v9')],
    ['without an event', '{"kind":"dead_letter"}'],
  ])('that is broken is no request: %s', (_how, line) => {
    expect(readLine(line)).toEqual([{ kind: 'broken', why: expect.any(String) as unknown }]);
  });

  test('behind one that was cut off is still read', () => {
    expect(readLine(`${whole.slice(0, 300)}${whole}`).map(({ kind }) => kind)).toEqual(['broken', 'letter']);
  });
});

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

test('lines end at line feeds alone, wherever the chunks end', async () => {
  const text = ['{"a":"\u2028\u2029"}', '', 'caf\u00e9\r', 'last'].join('\n');
  for (const size of [1, 2, 3, 1000]) {
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const lines = await all(readLines(Readable.from(chunks, { objectMode: false }).setEncoding('utf8')));
    expect(lines).toEqual(text.split('\n'));
  }
  expect(await all(readLines(Readable.from(['a\n'])))).toEqual(['a']);
});

describe('what is done', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'orders-replay-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const done = (identity: string) => ({ identity, status: 202, eventId: 'e', orderId: 'o' });

  test('is remembered beside the file', () => {
    const path = join(folder, 'a.replayed');
    const file = openDoneFile(path);
    file.add(done('1'));
    file.add(done('2'));
    expect([file.has('1'), file.has('3')]).toEqual([true, false]);
    const again = openDoneFile(path);
    expect([again.has('1'), again.has('2'), again.has('3')]).toEqual([true, true, false]);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: expect.any(String) as unknown, ...done('1') },
      { time: expect.any(String) as unknown, ...done('2') },
    ]);
  });

  test('a line that was cut off is as if it were not there, and costs no other', () => {
    const path = join(folder, 'b.replayed');
    writeFileSync(path, `${JSON.stringify(done('1'))}\n{"identity":"2","sta`);
    const file = openDoneFile(path);
    expect([file.has('1'), file.has('2')]).toEqual([true, false]);
    file.add(done('3'));
    const again = openDoneFile(path);
    expect([again.has('1'), again.has('2'), again.has('3')]).toEqual([true, false, true]);
  });

  test('that cannot be written is said in one line', () => {
    expect(() => openDoneFile(join(folder, 'nowhere', 'c.replayed')).add(done('1'))).toThrow(/cannot be written/);
  });
});

describe('a replay through the API', () => {
  const accepted: Answer = {
    status: 202,
    replayed: false,
    eventId: 'e',
    orderId: 'o',
    problem: '',
    retryAfterMs: undefined,
  };
  const at = (status: number, more: Partial<Answer> = {}): Answer => ({
    ...accepted,
    status,
    problem: '/problems/x: words',
    ...more,
  });
  const events = [createdEvent('order-1'), createdEvent('order-2'), changedEvent('order-1', 'shipped')];

  /** Replays lines against an API that answers so, one after the other, and then accepts. */
  async function replay(
    lines: readonly string[],
    answers: readonly (Answer | Error)[] = [],
    options: {
      filters?: Filters;
      dryRun?: boolean;
      done?: DoneFile;
      stop?: AbortController;
      idempotencyTtlMs?: number;
    } = {},
  ) {
    const { filters = {}, dryRun = false, done = rememberDone(), stop = new AbortController() } = options;
    const sent: LostRequest[] = [];
    const said: string[] = [];
    const printed: string[] = [];
    const say = (line: string) => said.push(line);
    const progress = { start: () => undefined, done: () => undefined, say, stop: () => undefined };
    const send = (request: LostRequest): Promise<Answer> => {
      sent.push(request);
      const answer = answers[sent.length - 1] ?? accepted;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const { idempotencyTtlMs = 86_400_000 } = options;
    const deps = { lines: Readable.from(lines), done, send, stop: stop.signal, progress, idempotencyTtlMs };
    const output = { print: (line: string) => printed.push(line), say };
    const all = await replayApi(deps, { filters, dryRun, ratePerSecond: 10_000 }, output).catch((error: unknown) =>
      String(error),
    );
    return { all, sent: sent.map(({ method, path }) => `${method} ${path}`), said, printed };
  }

  test('sends each request once, in the order of the lines', async () => {
    const lines = [...events, ...events].map(lineOf);
    const { all, sent, said } = await replay(lines);
    expect(sent).toEqual(['POST /orders', 'POST /orders', 'PATCH /orders/order-1']);
    expect(said).toEqual(['3 requests accepted (0 of them before), 0 refused, 0 broken lines, 0 left.']);
    expect(all).toBe(true);
  });

  test('leaves out what is done, and what is not meant', async () => {
    const done = rememberDone();
    await replay([lineOf(createdEvent('order-9'))], [], { done });
    const lines = events.map(lineOf);
    await replay(lines.slice(0, 1), [], { done });
    const { sent } = await replay(lines, [], { done, filters: { orders: ['order-1'] } });
    expect(sent).toEqual(['PATCH /orders/order-1']);
  });

  test('repeats what may pass until it has', async () => {
    const passing = [429, 502, 503, 504].map((status) => at(status, { retryAfterMs: 1 }));
    const { all, sent } = await replay([lineOf(createdEvent('order-1'))], [...passing, at(202, { replayed: true })]);
    expect([all, sent.length]).toEqual([true, 5]);
  });

  test('shows what is refused, and goes on', async () => {
    const { all, sent, said } = await replay(events.map(lineOf), [at(409), at(422), accepted]);
    expect([all, sent.length]).toEqual([false, 3]);
    expect(said.slice(0, 2)).toEqual([
      'Line 1, POST /orders (order-1) is refused: 409 /problems/x: words',
      'Line 2, POST /orders (order-2) is refused: 422 /problems/x: words',
    ]);
    expect(said.at(-1)).toBe('1 request accepted (0 of them before), 2 refused, 0 broken lines, 0 left.');
  });

  test('what is refused is not done', async () => {
    const done = rememberDone();
    await replay(events.map(lineOf), [at(409)], { done });
    expect((await replay(events.map(lineOf), [], { done })).sent).toEqual(['POST /orders']);
  });

  test.each([401, 403])('ends with one line where the key is refused: %i', async (status) => {
    const { all, sent } = await replay(events.map(lineOf), [at(status)]);
    expect(all).toMatch(/^ReplayError: The API refuses the key/);
    expect(sent).toHaveLength(1);
  });

  test('ends with one line where no connection can be made, and says what is left', async () => {
    // As fetch has it for a name with several addresses.
    const cause = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    const refused = new TypeError('fetch failed', { cause });
    const { all, sent, said } = await replay(events.map(lineOf), [accepted, refused]);
    expect(all).toMatch(/^ReplayError: The API cannot be reached \(ECONNREFUSED\)/);
    expect(sent).toHaveLength(2);
    expect(said.at(-1)).toMatch(/^1 request accepted .* 2 left\.$/);
  });

  test('names broken lines by their numbers, and is not all that was asked for', async () => {
    const { all, said } = await replay(['', lineOf(createdEvent('order-1')), '{"kind":"dead_le', '{"level":"info"}']);
    expect(said).toEqual([
      'Line 3 is passed over: it is not whole.',
      '1 request accepted (0 of them before), 0 refused, 1 broken line, 0 left.',
    ]);
    expect(all).toBe(false);
  });

  test('--dry-run sends nothing', async () => {
    const { all, sent, printed } = await replay(events.map(lineOf), [], { dryRun: true });
    expect([all, sent]).toEqual([true, []]);
    expect(printed).toHaveLength(3);
    expect(printed[2]).toMatch(
      /^line 3 .* timeout {2}unknown {2}PATCH \/orders\/order-1 {2}order-1 {2}for tester {2}no answer$/,
    );
  });

  test('warns of unknown outcomes the API may have forgotten', async () => {
    const { said } = await replay(events.map(lineOf), [], { idempotencyTtlMs: -60_000 });
    expect(said[0]).toMatch(/^3 requests with an unknown outcome/);
  });

  test('stops when it is asked to, and what is not done is left', async () => {
    const stop = new AbortController();
    const done = rememberDone();
    const add = (...what: Parameters<DoneFile['add']>) => {
      done.add(...what);
      stop.abort();
    };
    const { all, sent, said } = await replay(events.map(lineOf), [], { stop, done: { ...done, add } });
    expect([all, sent.length]).toEqual([false, 1]);
    expect(said.at(-1)).toMatch(/^1 request accepted .* 2 left\.$/);
  });
});
