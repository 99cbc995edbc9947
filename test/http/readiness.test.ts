import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createReadiness } from '../../src/process/readiness.ts';
import { createAppFixture } from '../support/app-fixture.ts';
import { createCollectingLog } from '../support/collecting-log.ts';
import { readinessOf } from '../support/http-client.ts';

// Checks run again after a pause: the clock is ours, and only the one that `setTimeout` goes by.
beforeEach(() => {
  jest.useFakeTimers({
    doNotFake: [
      'nextTick',
      'setImmediate',
      'clearImmediate',
      'queueMicrotask',
      'performance',
      'hrtime',
      'Date',
      'setInterval',
    ],
  });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A service with one check that does what the test says, and what it answers after the next run of it. */
async function serviceWithCheck() {
  let outcome: () => Promise<string> = () => Promise.resolve('all is well');
  const { log, lines } = createCollectingLog();
  const readiness = createReadiness({ checks: [{ name: 'publisher', run: () => outcome() }], log });
  const { client } = await createAppFixture({ readiness });
  return {
    readiness,
    lines,
    check: (next: typeof outcome) => {
      outcome = next;
    },
    ask: async () => {
      const answer = await client.get('/readyz');
      return { httpStatus: answer.status, retryAfter: answer.headers['retry-after'], ...readinessOf(answer) };
    },
    nextRun: () => jest.advanceTimersByTimeAsync(2_000),
  };
}

const fail = () => Promise.reject(new Error('check KAFKA_BROKERS'));

test('before the first run it is starting, and asks to come again', async () => {
  const { ask } = await serviceWithCheck();
  expect(await ask()).toEqual({
    httpStatus: 503,
    retryAfter: '1',
    status: 'starting',
    checks: [{ name: 'publisher', status: 'fail', detail: 'not run yet' }],
  });
});

test('once every check has passed it is ready', async () => {
  const { readiness, ask } = await serviceWithCheck();
  readiness.start();
  await jest.advanceTimersByTimeAsync(0);
  expect(await ask()).toMatchObject({
    httpStatus: 200,
    retryAfter: undefined,
    status: 'ready',
    checks: [{ name: 'publisher', status: 'pass', detail: 'all is well' }],
  });
});

test('while the check has never passed it is starting, and says what is wrong', async () => {
  const { readiness, check, ask, nextRun } = await serviceWithCheck();
  check(fail);
  readiness.start();
  await nextRun();
  const answer = await ask();
  expect(answer).toMatchObject({ httpStatus: 503, status: 'starting' });
  expect(answer.checks).toEqual([{ name: 'publisher', status: 'fail', detail: 'check KAFKA_BROKERS' }]);
});

test('a check that fails later makes it degraded, which keeps its traffic; then it is ready again', async () => {
  const { readiness, check, ask, nextRun } = await serviceWithCheck();
  readiness.start();
  await nextRun();
  check(fail);
  await nextRun();
  expect(await ask()).toMatchObject({
    httpStatus: 200,
    status: 'degraded',
    checks: [{ name: 'publisher', status: 'fail', detail: 'check KAFKA_BROKERS' }],
  });
  check(() => Promise.resolve('back'));
  await nextRun();
  expect(await ask()).toMatchObject({ httpStatus: 200, status: 'ready' });
});

test('a check that does not end has failed', async () => {
  const { readiness, check, ask } = await serviceWithCheck();
  check(() => new Promise(() => undefined));
  readiness.start();
  await jest.advanceTimersByTimeAsync(60_000);
  const { status, checks } = await ask();
  expect(status).toBe('starting');
  expect(checks).toMatchObject([{ name: 'publisher', status: 'fail' }]);
  expect(checks[0]?.detail).not.toBe('not run yet');
});

test('while it stops it wants no traffic, whatever the checks say, and runs them no more', async () => {
  const { readiness, check, ask, nextRun } = await serviceWithCheck();
  readiness.start();
  await nextRun();
  readiness.stopping();
  let runs = 0;
  check(() => {
    runs += 1;
    return Promise.resolve('ran');
  });
  await nextRun();
  await nextRun();
  expect(await ask()).toMatchObject({ httpStatus: 503, retryAfter: '1', status: 'stopping' });
  expect(runs).toBe(0);
});

test('a change is logged once, however often the check runs', async () => {
  const { readiness, check, lines, nextRun } = await serviceWithCheck();
  readiness.start();
  await nextRun();
  await nextRun();
  check(fail);
  for (let run = 0; run < 5; run += 1) await nextRun();
  expect(lines.map(({ level, message }) => [level, message])).toEqual([
    ['info', 'check passed'],
    ['warn', 'check failed'],
  ]);
});

test('health does not depend on the checks', async () => {
  const readiness = createReadiness({ checks: [{ name: 'x', run: fail }], log: createCollectingLog().log });
  const { client } = await createAppFixture({ readiness });
  readiness.start();
  await jest.advanceTimersByTimeAsync(2_000);
  expect((await client.get('/healthz')).status).toBe(200);
});
