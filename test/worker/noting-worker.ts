/**
 * The worker, with handlers that write down what they do. It reads its settings from the environment as `src/worker.ts` does.
 *
 * What an event's handler is to do wrong stands in the event: in the customerId of a new order, in the notes of a status change
 * (`test/support/handler-faults.ts`). NOTES_SLOW_MS is the most that an attempt takes, ms; how much of it is chance.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { readWorkerConfig } from '../../src/config/worker-config.ts';
import type { OrderEvent } from '../../src/domain/events.ts';
import { muteKafkaTimerWarning } from '../../src/process/mute-kafka-timer-warning.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { startWorker } from '../../src/worker-service.ts';
import type { HandlerContext } from '../../src/worker/handlers/contract.ts';
import { faultOf } from '../support/handler-faults.ts';
import type { Note } from '../support/worker-notes.ts';

const { NOTES_FILE = '', NOTES_WORKER = '', NOTES_SLOW_MS = '0' } = process.env;
const slowMs = Number(NOTES_SLOW_MS);

function note(kind: Note['kind'], event: OrderEvent, context: HandlerContext): void {
  const { topic, partition, offset, attempt } = context;
  const { id, type, subject: orderId } = event;
  const place = { topic, partition, offset: Number(offset) };
  const line: Note = { worker: NOTES_WORKER, kind, id, type, orderId, ...place, attempt, time: Date.now() };
  appendFileSync(NOTES_FILE, `${JSON.stringify(line)}\n`); // one write, which the end of the process does not take back
}

async function handle(event: OrderEvent, context: HandlerContext): Promise<void> {
  const fault = faultOf(event);
  if (slowMs > 0) await sleep(Math.random() * slowMs);
  if (fault.kind === 'slow') await sleep(fault.ms);
  if (fault.kind === 'fails' && context.attempt <= fault.times) {
    note('failed', event, context);
    throw new Error(`attempt ${context.attempt} is one of the ${fault.times} that fail`);
  }
  if (fault.kind === 'hangs') {
    note('failed', event, context);
    await new Promise(() => undefined);
  }
  note('done', event, context);
}

muteKafkaTimerWarning();
const config = readWorkerConfig(process.env);
const log = createLogger({ level: config.logLevel, service: 'orders-worker', pretty: false });
const service = await startWorker(config, log, {
  handlers: { 'orders.order.created.v1': handle, 'orders.order.status-changed.v1': handle },
});
closeWithGrace({ delay: config.shutdownTimeoutMs, logger: false }, async ({ err }) => {
  if (err !== undefined) log.error('stopping after an error nobody caught', { error: err.stack });
  await service.stop();
  log.info('stopped');
});
const { url, metricsPort } = service;
log.info('consuming', { url, metricsPort });
