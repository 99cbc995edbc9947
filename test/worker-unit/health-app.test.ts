import { describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createReadiness, type ReadinessCheck } from '../../src/process/readiness.ts';
import { withDemoFaults } from '../../src/worker/demo-faults.ts';
import { createHandlers } from '../../src/worker/handlers/index.ts';
import { createHealthApp } from '../../src/worker/health-app.ts';
import { createOrderStats } from '../../src/worker/order-stats.ts';
import { createCollectingLog } from '../support/collecting-log.ts';

const KEY = 'operator-key';
const OFF = { failEvery: 0, slowMs: 0, dieAfter: 0 };

interface Options {
  readonly adminKey?: string | undefined;
  readonly stuck?: string;
  readonly checks?: readonly ReadinessCheck[];
}

function appWith(options: Options = {}) {
  const { adminKey, stuck, checks } = { adminKey: KEY, stuck: undefined, checks: [], ...options };
  const { log, lines } = createCollectingLog();
  const stats = createOrderStats();
  const switches = withDemoFaults(createHandlers(stats), OFF, () => undefined);
  const readiness = createReadiness({ checks, log });
  const app = createHealthApp({ readiness, stuck: () => stuck, stats, switches, adminKey, log });
  const setDemo = (body: unknown, key = KEY) =>
    request(app)
      .post('/demo')
      .set(key === '' ? {} : { 'X-API-Key': key })
      .set('Content-Type', 'application/json')
      .send(typeof body === 'string' ? body : JSON.stringify(body));
  return { app, lines, stats, switches, readiness, setDemo };
}

/** A problem document, as RFC 9457 has it. */
function expectProblem(answer: request.Response, status: number, type: string, more: object = {}): void {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.headers['x-request-id']).toMatch(/./);
  expect([answer.status, answer.body]).toEqual([
    status,
    expect.objectContaining({ type, status, detail: expect.stringMatching(/./), ...more }),
  ]);
}

describe('GET /healthz', () => {
  test('is ok while nothing is stuck', async () => {
    const answer = await request(appWith().app).get('/healthz');
    expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  });

  test('says what is stuck', async () => {
    const answer = await request(appWith({ stuck: 'An event has been in hand for 120 s.' }).app).get('/healthz');
    expect([answer.status, answer.body]).toEqual([
      503,
      { status: 'stuck', detail: 'An event has been in hand for 120 s.' },
    ]);
  });
});

describe('GET /readyz', () => {
  /** After the first run of a check that passes, or fails. */
  async function after(run: ReadinessCheck['run']) {
    const made = appWith({ checks: [{ name: 'group', run }] });
    made.readiness.start();
    await new Promise((resolve) => setImmediate(resolve));
    return made;
  }

  test('before the checks have run it is starting', async () => {
    const { app } = appWith({ checks: [{ name: 'group', run: () => Promise.resolve('') }] });
    const answer = await request(app).get('/readyz');
    expect([answer.status, answer.body]).toMatchObject([503, { status: 'starting' }]);
  });

  test('it is ready once they pass', async () => {
    const { app, readiness } = await after(() => Promise.resolve('6 partitions assigned'));
    const answer = await request(app).get('/readyz');
    expect([answer.status, answer.body]).toEqual([
      200,
      { status: 'ready', checks: [{ name: 'group', status: 'pass', detail: '6 partitions assigned' }] },
    ]);
    readiness.stopping();
  });

  test('it is not ready while one fails that never passed', async () => {
    const { app, readiness } = await after(() => Promise.reject(new Error('The group is being joined.')));
    const answer = await request(app).get('/readyz');
    expect([answer.status, answer.body]).toEqual([
      503,
      { status: 'starting', checks: [{ name: 'group', status: 'fail', detail: 'The group is being joined.' }] },
    ]);
    readiness.stopping();
  });

  test('it is not ready while it stops', async () => {
    const { app, readiness } = await after(() => Promise.resolve('all is well'));
    readiness.stopping();
    const answer = await request(app).get('/readyz');
    expect([answer.status, answer.body]).toMatchObject([503, { status: 'stopping' }]);
  });
});

test('GET /stats is what was counted', async () => {
  const { app, stats } = appWith();
  stats.created('contoso');
  const answer = await request(app).get('/stats');
  expect([answer.status, answer.body]).toEqual([200, { createdByTenant: { contoso: 1 }, enteredByStatus: {} }]);
});

describe('/demo', () => {
  test('shows the switches to anybody', async () => {
    const answer = await request(appWith().app).get('/demo');
    expect([answer.status, answer.body]).toEqual([200, OFF]);
  });

  test('sets those that are given with the key of operators, leaves the others, and says so', async () => {
    const { switches, setDemo, lines } = appWith();
    switches.set({ ...OFF, slowMs: 5 });
    const answer = await setDemo({ failEvery: 10 });
    expect([answer.status, answer.body]).toEqual([200, { failEvery: 10, slowMs: 5, dieAfter: 0 }]);
    expect(switches.current()).toEqual({ failEvery: 10, slowMs: 5, dieAfter: 0 });
    expect(lines).toEqual([
      { level: 'warn', message: 'demo switches set', fields: { failEvery: 10, slowMs: 5, dieAfter: 0 } },
    ]);
  });

  test.each([
    ['no key', ''],
    ['another key', 'wrong'],
  ])('%s sets nothing', async (_which, key) => {
    const { switches, setDemo } = appWith();
    const answer = await setDemo({ failEvery: 10 }, key);
    expectProblem(answer, 401, '/problems/unauthorized');
    expect(switches.current()).toEqual(OFF);
  });

  test('without a key of operators nobody sets anything, and is told why', async () => {
    const { switches, setDemo } = appWith({ adminKey: undefined });
    for (const key of ['', KEY, 'undefined']) {
      const answer = await setDemo({ failEvery: 10 }, key);
      expectProblem(answer, 401, '/problems/unauthorized', { detail: expect.stringContaining('ADMIN_API_KEY') });
    }
    expect(switches.current()).toEqual(OFF);
  });

  test.each<readonly [string, unknown, readonly string[]]>([
    ['an unknown switch', { failEach: 1 }, ['/failEach']],
    ['several of them, and one with strange letters', { a: 1, 'b/c~d': 1 }, ['/a', '/b~1c~0d']],
    ['a name every object knows', '{"__proto__":{"failEvery":1}}', ['/__proto__']],
    ['a negative number', { failEvery: -1 }, ['/failEvery']],
    ['a fraction', { slowMs: 1.5 }, ['/slowMs']],
    ['more than a timer takes', { slowMs: 2_147_483_648 }, ['/slowMs']],
    ['a text', { dieAfter: '3' }, ['/dieAfter']],
    ['null', { dieAfter: null }, ['/dieAfter']],
    ['faults at several places', { failEvery: -1, slowMs: 'x' }, ['/failEvery', '/slowMs']],
    ['a list', [], ['']],
    ['a number', '1', ['']],
  ])('refuses %s, and points at it', async (_fault, body, pointers) => {
    const { switches, setDemo } = appWith();
    const answer = await setDemo(body);
    const errors = pointers.map((pointer) => ({ pointer, message: expect.stringMatching(/./) }));
    expectProblem(answer, 422, '/problems/validation-failed', { errors });
    expect(switches.current()).toEqual(OFF);
  });

  test.each([
    ['not JSON', '{', 400, '/problems/malformed-json'],
    ['empty', '', 400, '/problems/malformed-json'],
    ['a name twice', '{"failEvery":1,"failEvery":2}', 400, '/problems/malformed-json'],
    ['large', JSON.stringify({ failEvery: ' '.repeat(4_096) }), 413, '/problems/content-too-large'],
  ])('a body that is %s', async (_fault, body, status, type) => {
    const { setDemo } = appWith();
    expectProblem(await setDemo(body), status, type);
  });

  test('a body that says it is no JSON', async () => {
    const { app } = appWith();
    const answer = await request(app).post('/demo').set('X-API-Key', KEY).type('text/plain').send('{}');
    expectProblem(answer, 415, '/problems/unsupported-media-type');
  });
});

describe('what is not there', () => {
  test.each([
    ['get', '/'],
    ['get', '/orders'],
    ['post', '/healthz'],
    ['delete', '/demo'],
  ] as const)('%s %s is a problem document', async (method, path) => {
    const answer = await request(appWith().app)[method](path);
    expectProblem(answer, 404, '/problems/not-found', { detail: `There is nothing at ${path}.` });
  });

  test('a request keeps the id it came with', async () => {
    const answer = await request(appWith().app).get('/nowhere').set('X-Request-Id', 'mine');
    expect([answer.headers['x-request-id'], answer.body]).toEqual([
      'mine',
      expect.objectContaining({ requestId: 'mine' }),
    ]);
  });

  test('nobody is told what we are made of', async () => {
    const { headers } = await request(appWith().app).get('/healthz');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
