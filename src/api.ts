import { existsSync } from 'node:fs';
import closeWithGrace from 'close-with-grace';
import { ConfigError, readConfig, type Config } from './config.ts';
import { createHandlers } from './handlers/index.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/server.ts';
import { createAcceptEvent } from './orders/accept-event.ts';
import { createOrderView } from './orders/order-view.ts';
import { followNpm } from './process/follow-npm.ts';
import { muteKafkaTimerWarning } from './process/mute-kafka-timer-warning.ts';
import { createReadiness } from './process/readiness.ts';
import { firstSteps } from './process/first-steps.ts';
import { createPublisher } from './publishing/create-publisher.ts';
import { openDeadLetterStream } from './publishing/dead-letter-stream.ts';
import { createLogger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** Clients with open connections learn within this time that they should open another, elsewhere, ms. */
const DRAIN_MS = 500;

/** The API process: configuration, parts, start, ordered stop. */
async function main(config: Config): Promise<void> {
  const { host, backend } = config;
  const log = createLogger({ level: config.logLevel, service: 'orders-api', pretty: process.stdout.isTTY });
  const deadLetters = openDeadLetterStream({ file: config.deadLetterFile, log });
  const view = createOrderView({ maxOrders: config.ordersCacheMax, seesAll: backend.mode === 'memory' });
  const metrics = createMetrics({
    service: 'orders-api',
    backend: backend.mode,
    cacheDepth: () => view.size(),
  });
  const publisher = createPublisher({
    backend,
    timeoutMs: config.publishTimeoutMs,
    maxInFlight: config.maxInFlight,
    log,
    metrics: metrics.publish,
    deadLetters: deadLetters.write,
  });
  const readiness = createReadiness({ checks: [{ name: 'publisher', run: () => publisher.ready() }], log });
  let draining = false;
  const app = await createApp({
    handlers: createHandlers({ accept: createAcceptEvent({ publisher, view, log }), view, readiness }),
    apiKeys: config.apiKeys,
    bodyLimitBytes: config.bodyLimitBytes,
    log,
    metrics: metrics.http,
    isDraining: () => draining,
  });

  const metricsServer = await listen(metrics.scrape, { host, port: config.metricsPort, drainMs: 0, log });
  const server = await listen(app, { host, port: config.port, drainMs: DRAIN_MS, log });
  readiness.start();
  const url = `http://${host}:${server.port}`;
  log.info('listening', { url, backend: backend.mode, metricsPort: metricsServer.port });
  for (const warning of config.warnings) log.warn(warning);
  if (config.developmentKey !== undefined) {
    log.warn('API_KEY is not set, so everybody knows the key', { key: config.developmentKey });
  }
  // For people, and so not among the log lines.
  const reachable = host === '0.0.0.0' || host === '::' ? `http://127.0.0.1:${server.port}` : url;
  process.stderr.write(firstSteps({ url: reachable, developmentKey: config.developmentKey }));

  followNpm();
  closeWithGrace({ delay: config.shutdownTimeoutMs, logger: false }, async ({ signal, err }) => {
    if (err === undefined) log.info('stopping', { signal });
    else log.error('stopping after an error nobody caught', { error: err.stack });
    draining = true;
    readiness.stopping();
    await server.close();
    await publisher.close();
    await deadLetters.close();
    await metrics.close();
    await metricsServer.close();
    log.info('stopped');
  });
}

muteKafkaTimerWarning();
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  await main(readConfig(process.env));
} catch (error) {
  process.stderr.write(`${startError(error)}\n`);
  process.exit(1);
}

/** What a person can do about it, without a stack where the cause is theirs to mend. */
function startError(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open') {
    return `DEAD_LETTER_FILE cannot be opened: ${error.message}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `The port is taken: ${error.message}. Choose another with PORT or METRICS_PORT.`;
  }
  if (error instanceof Error && 'syscall' in error) {
    return `The service cannot listen: ${error.message}. Check HOST, PORT and METRICS_PORT.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
