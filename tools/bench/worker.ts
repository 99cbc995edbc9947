/** `npm run bench:worker`: how fast one worker process drains a topic, on one core where the system can pin it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { orderCreated } from '../../src/domain/events.ts';
import { muteKafkaTimerWarning } from '../../src/process/mute-kafka-timer-warning.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { startCluster } from '../kafka/cluster.ts';
import { freePorts } from '../kafka/ports.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '200000' }, poison: { type: 'string', default: '0' } },
});
const events = Number(values.events);
/** Every so many-th message is none of ours; 0 for none. */
const poison = Number(values.poison);

const BATCH = 1_000;
const CORE = '1';
/** Linux counts a process's CPU time in these, per second. */
const TICKS = 100;

async function fill(bootstrap: string): Promise<void> {
  const producer = new Kafka({ brokers: [bootstrap], logLevel: logLevel.ERROR }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  for (let at = 0; at < events; at += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, events - at) }, (_, i) => at + i);
    await producer.send({ topic: 'orders', messages: numbers.map(message) });
  }
  await producer.disconnect();
}

function message(number: number) {
  const key = `order-${number}`;
  if (poison > 0 && number % poison === 0) return { key, value: 'this is not JSON', headers: {} };
  const items = [{ sku: 'sku-7', quantity: 2, unitPrice: 29.99 }];
  const order = { orderId: key, customerId: 'cust-42', tenantId: 'contoso', totalAmount: 59.98, items };
  const request = { requestId: key, principal: 'bench', receivedAt: Date.now() };
  return toRecord(orderCreated({ ...order, channel: 'demo' }, request));
}

function startWorker(bootstrap: string, metricsPort: number): ChildProcess {
  const env = {
    PATH: process.env['PATH'],
    KAFKA_BROKERS: bootstrap,
    HEALTH_PORT: '0',
    METRICS_PORT: String(metricsPort),
  };
  const node = [process.execPath, 'src/worker.ts'];
  const pinned = spawnSync('taskset', ['-c', CORE, 'true']).status === 0 ? ['taskset', '-c', CORE, ...node] : node;
  const [program = '', ...rest] = pinned;
  return spawn(program, rest, { env: { ...env, LOG_LEVEL: 'error' }, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The sum of a metric over its labels; 0 while it is not there. */
async function metric(port: number, name: string): Promise<number> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (answer) => answer.text(),
    () => '',
  );
  const found = [...text.matchAll(new RegExp(`^${name}(?:{[^}]*})? (\\S+)`, 'gm'))];
  return found.reduce((sum, [, value]) => sum + Number(value), 0);
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

muteKafkaTimerWarning();
const cluster = await startCluster({ tuning: 'throughput', log: (line) => process.stderr.write(`${line}\n`) });
let worker: ChildProcess | undefined;
try {
  await fill(cluster.bootstrap);
  const [port = 0] = await freePorts(1);
  worker = startWorker(cluster.bootstrap, port);
  const done = async (): Promise<number> =>
    (await metric(port, 'orders_worker_processed_total')) + (await metric(port, 'orders_worker_dead_lettered_total'));
  while ((await done()) === 0) await sleep(20);
  const first = { events: await done(), at: performance.now(), cpu: cpuSeconds(worker.pid ?? 0) };
  for (let last = first.events; last < events; last = await done()) {
    process.stderr.write(`${last} done, lag ${await metric(port, 'orders_worker_lag_records')}\n`);
    await sleep(500);
  }
  const seconds = (performance.now() - first.at) / 1000;
  const cpu = cpuSeconds(worker.pid ?? 0) - first.cpu;
  const counted = events - first.events;
  const letters = await metric(port, 'orders_worker_dead_lettered_total');
  console.log(`events            ${events}, of them ${letters} set aside`);
  console.log(`events per second ${Math.round(counted / seconds)}`);
  console.log(
    `CPU per event     ${((cpu / counted) * 1e6).toFixed(1)} µs (${Math.round(counted / cpu)} per CPU second)`,
  );
} finally {
  worker?.kill('SIGKILL');
  await cluster.stop();
}
