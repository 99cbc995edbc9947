import { existsSync } from 'node:fs';
import { readConfig, type Config } from './config/api-config.ts';
import { firstSteps } from './process/first-steps.ts';
import { muteKafkaTimerWarning } from './process/mute-kafka-timer-warning.ts';
import { startError } from './process/start-error.ts';
import { stopInOrder } from './process/stop-in-order.ts';
import { startService } from './service.ts';
import { createLogger } from './telemetry/logger.ts';

/** The API process: configuration, service, ordered stop. */
async function main(config: Config): Promise<void> {
  const log = createLogger({ level: config.logLevel, service: 'orders-api', pretty: process.stdout.isTTY });
  const service = await startService(config, log);
  // First: who reads that it runs may end it at once.
  stopInOrder({ stop: service.stop, timeoutMs: config.shutdownTimeoutMs, log });
  const { url, metricsPort } = service;
  log.info('listening', { url, backend: config.backend.mode, claims: config.claims.store, metricsPort });
  for (const warning of config.warnings) log.warn(warning);
  if (config.developmentKey !== undefined) {
    log.warn('API_KEY is not set, so everybody knows the key', { key: config.developmentKey });
  }
  // For people, and so not among the log lines.
  const reachable = url.replace(/^http:\/\/(0\.0\.0\.0|::)(?=:\d+$)/, 'http://127.0.0.1');
  process.stderr.write(firstSteps({ url: reachable, developmentKey: config.developmentKey }));
}

muteKafkaTimerWarning();
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  await main(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${startError(error, 'PORT')}\n`);
  process.exit(1);
}
