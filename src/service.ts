import type { Config } from './config/api-config.ts';
import { createBackend } from './create-backend.ts';
import { createFrontDoor } from './front-door.ts';
import { createHandlers } from './handlers/index.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/server.ts';
import type { ClaimStore } from './idempotency/claim-store.ts';
import { createReadiness } from './process/readiness.ts';
import { openDeadLetterStream } from './publishing/dead-letter-stream.ts';
import { deadLetterOf } from './publishing/with-dead-letters.ts';
import type { Logger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** The API, listening. */
export interface Service {
  readonly url: string;
  readonly metricsPort: number;
  /** Answers what is under way, settles what was begun, and lets go of everything. */
  readonly stop: () => Promise<void>;
}

/** For tests of what happens between the steps. */
export interface ServiceOverrides {
  /** Puts a decorator around the claim store. */
  readonly wrapClaims?: (claims: ClaimStore) => ClaimStore;
}

/** Clients with open connections learn within this time that they should open another, elsewhere, ms. */
const DRAIN_MS = 500;

/** Puts the API together and listens. Rejects with the error of a port or of DEAD_LETTER_FILE. */
export async function startService(config: Config, log: Logger, overrides: ServiceOverrides = {}): Promise<Service> {
  const { host, backend } = config;
  const deadLetters = openDeadLetterStream({ file: config.deadLetterFile, log });
  const metrics = createMetrics({ service: 'orders-api', backend: backend.mode });
  const frontDoor = createFrontDoor({
    backend: createBackend({
      backend,
      timeoutMs: config.publishTimeoutMs,
      log,
      metrics: metrics.publish,
      deadLetters: deadLetters.write,
      onSkipped: metrics.orders.skipped,
    }),
    settings: config,
    log,
    onReplayed: metrics.orders.replayed,
    onShed: () => metrics.publish.failed(backend.mode, 'overloaded'),
    onRefused: (event, error) => deadLetters.write(deadLetterOf(event, error)),
    wrapClaims: overrides.wrapClaims,
  });
  metrics.observe(frontDoor.gauges);
  const readiness = createReadiness({ checks: frontDoor.checks, log });
  let draining = false;
  const app = await createApp({
    handlers: createHandlers({ ...frontDoor, readiness }),
    apiKeys: config.apiKeys,
    bodyLimitBytes: config.bodyLimitBytes,
    log,
    metrics: metrics.http,
    isDraining: () => draining,
  });
  const metricsServer = await listen(metrics.scrape, { host, port: config.metricsPort, drainMs: 0, log });
  const server = await listen(app, { host, port: config.port, drainMs: DRAIN_MS, log });
  frontDoor.start();
  readiness.start();

  return {
    url: `http://${host}:${server.port}`,
    metricsPort: metricsServer.port,
    async stop() {
      draining = true;
      readiness.stopping();
      await server.close();
      await frontDoor.close();
      await deadLetters.close();
      await metrics.close();
      await metricsServer.close();
    },
  };
}
