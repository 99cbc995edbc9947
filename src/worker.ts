import { existsSync } from 'node:fs';
import { readWorkerConfig, type WorkerConfig } from './config/worker-config.ts';
import { muteKafkaTimerWarning } from './process/mute-kafka-timer-warning.ts';
import { startError } from './process/start-error.ts';
import { stopInOrder } from './process/stop-in-order.ts';
import { createLogger } from './telemetry/logger.ts';
import { startWorker } from './worker-service.ts';

/** The worker process: configuration, service, ordered stop. */
async function main(config: WorkerConfig): Promise<void> {
  const log = createLogger({ level: config.logLevel, service: 'orders-worker', pretty: process.stdout.isTTY });
  const service = await startWorker(config, log);
  // First: who reads that it runs may end it at once.
  stopInOrder({ stop: service.stop, timeoutMs: config.shutdownTimeoutMs, log });
  const { url, metricsPort } = service;
  log.info('consuming', { url, topic: config.kafka.topic, group: config.group, metricsPort });
}

muteKafkaTimerWarning();
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  await main(readWorkerConfig(process.env));
} catch (error) {
  process.stderr.write(`${startError(error, 'HEALTH_PORT')}\n`);
  process.exit(1);
}
