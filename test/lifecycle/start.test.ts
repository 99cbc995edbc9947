import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { startApi, type ApiProcess } from '../support/api-process.ts';
import { get, postOrder } from '../support/http.ts';

let api: ApiProcess;
afterEach(async () => {
  await api.kill();
});

test('without any setting it serves from memory, says the key, and the command it prints posts a first order', async () => {
  api = startApi({ API_KEY: '' });
  const url = await api.url;
  await api.waitForLine(({ key }) => key === 'dev-key');
  const command = await api.waitForStderr(/curl [\s\S]*\}'/);
  expect(command).toContain(url);
  const { stdout } = await promisify(execFile)('bash', ['-c', `${command} -s`]);
  expect(stdout).toMatch(/^HTTP\/1.1 202 /);
});

test('every fault of the configuration is named at once, and nothing is started', async () => {
  api = startApi({ API_KEY: '', BACKEND_MODE: 'kafka', PORT: 'http', KAFKA_USERNAME: 'me', LOG_LEVEL: 'loud' });
  await expect(api.ended).resolves.toBe(1);
  for (const name of ['API_KEY', 'PORT', 'KAFKA_BROKERS', 'KAFKA_PASSWORD', 'LOG_LEVEL'])
    expect(api.stderr()).toContain(name);
  expect(api.stderr()).not.toMatch(/\n\s+at /);
  expect(api.lines).toEqual([]);
});

test('a taken port is one line that names the setting', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const address = holder.address();
  api = startApi({ PORT: String(typeof address === 'object' ? address?.port : '') });
  await expect(api.ended).resolves.toBe(1);
  expect(api.stderr()).toMatch(/^The port is taken: .*PORT/);
  expect(api.stderr()).not.toMatch(/\n\s+at /);
  holder.close();
});

test('keys and bodies stay out of the log', async () => {
  api = startApi({ LOG_LEVEL: 'debug' });
  const url = await api.url;
  await expect(postOrder({ url, key: api.key })).resolves.toMatchObject({ status: 202 });
  await expect(postOrder({ url, key: 'wrong-key' })).resolves.toMatchObject({ status: 401 });
  const log = JSON.stringify(api.lines);
  expect(log).toContain('order event accepted');
  for (const secret of [api.key, 'wrong-key', 'secret-customer']) expect(log).not.toContain(secret);
});

test('the key can come from a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orders-api-'));
  const file = join(folder, 'key');
  await writeFile(file, 'key-from-file\n');
  api = startApi({ API_KEY: '', API_KEY_FILE: file });
  const url = await api.url;
  await expect(postOrder({ url, key: 'key-from-file' })).resolves.toMatchObject({ status: 202 });
  await rm(folder, { recursive: true });
});

test('metrics are served as Prometheus text under their documented names', async () => {
  api = startApi();
  const url = await api.url;
  const { metricsPort } = await api.waitForLine(({ message }) => message === 'listening');
  await postOrder({ url, key: api.key });
  await get(`${url}/orders`, { 'X-API-Key': api.key });
  const text = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
  for (const line of [
    /^orders_http_requests_total\{operation="createOrder",status="202".*\} 1$/m,
    /^orders_http_request_duration_seconds_count\{operation="createOrder".*\} 1$/m,
    /^orders_publish_duration_seconds_count\{backend="memory".*\} 1$/m,
    /^orders_published_total\{backend="memory".*\} 1$/m,
    /^orders_cache_depth(\{.*\})? 1$/m,
    /^orders_in_flight(\{.*\})? 0$/m,
    /^orders_backend_active\{backend="memory".*\} 1$/m,
  ]) {
    expect(text).toMatch(line);
  }
});

test('DEAD_LETTER_FILE is written with the whole event', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orders-api-'));
  const file = join(folder, 'dead-letters.jsonl');
  api = startApi({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: '127.0.0.1:1', DEAD_LETTER_FILE: file });
  const url = await api.url;
  await expect(postOrder({ url, key: api.key })).resolves.toMatchObject({ status: 503 });
  api.signal('SIGTERM');
  await expect(api.ended).resolves.toBe(0);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    kind: 'dead_letter',
    reason: 'unreachable',
    event: { data: { order: { customerId: 'secret-customer' } } },
  });
  expect(JSON.stringify(api.lines)).not.toContain('secret-customer');
  await rm(folder, { recursive: true });
});

test('npm start that is ended with SIGTERM leaves no process behind', async () => {
  api = startApi(); // only for the clean-up after each test
  const npm = spawn('npm', ['start'], {
    env: { ...process.env, PORT: '0', METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  for await (const line of createInterface({ input: npm.stdout })) {
    output += line;
    if (line.includes('"listening"')) npm.kill('SIGTERM'); // the loop ends when the last process that holds the pipe has
  }
  expect(output).toContain('"stopped"');
});
