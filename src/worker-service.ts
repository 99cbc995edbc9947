import type { WorkerConfig } from './config/worker-config.ts';
import { createKafkaTopicConsumer } from './consuming/kafkajs/kafka-topic-consumer.ts';
import type { TopicConsumer } from './consuming/topic-consumer.ts';
import { listen } from './http/server.ts';
import { createReadiness } from './process/readiness.ts';
import type { Logger } from './telemetry/logger.ts';
import { createWorkerMetrics } from './telemetry/worker-metrics.ts';
import { withDemoFaults } from './worker/demo-faults.ts';
import { createHandleEvent } from './worker/handle-event.ts';
import type { Handlers } from './worker/handlers/contract.ts';
import { createHandlers } from './worker/handlers/index.ts';
import { createHealthApp } from './worker/health-app.ts';
import { createLanes, type Lanes } from './worker/lanes.ts';
import { createOrderStats } from './worker/order-stats.ts';
import { createWorkerHealth } from './worker/worker-health.ts';

/** The worker, consuming. */
export interface WorkerService {
  /** Of health, readiness, counters and demo switches. */
  readonly url: string;
  readonly metricsPort: number;
  /** Finishes what was begun, commits, leaves the group, and lets go of everything. */
  readonly stop: () => Promise<void>;
}

/** For tests and for who builds on this: other handlers than those of src/worker/handlers. */
export interface WorkerOverrides {
  readonly handlers?: Handlers;
}

/** Puts the worker together and begins to consume. Rejects with the error of a port. */
export async function startWorker(
  config: WorkerConfig,
  log: Logger,
  overrides: WorkerOverrides = {},
): Promise<WorkerService> {
  const { host, kafka } = config;
  const metrics = createWorkerMetrics();
  const stats = createOrderStats();
  const handlers = overrides.handlers ?? createHandlers(stats);
  const switches = withDemoFaults(handlers, config.demo, () => process.kill(process.pid, 'SIGKILL'));
  const handle = createHandleEvent({
    handlers: switches.handlers,
    concurrency: config.concurrency,
    timeoutMs: config.handlerTimeoutMs,
    log,
    onRetry: metrics.retried,
  });
  const lanes = createLanes({
    handle,
    dedupMax: config.dedupMax,
    metrics,
    log,
    onSetAside: ({ record, reason, error, attempts }) => {
      metrics.setAside(reason);
      const { topic, partition, offset } = record;
      log.warn('record set aside', { topic, partition, offset: String(offset), reason, detail: error, attempts });
    },
  });
  const consumer = createKafkaTopicConsumer({ settings: kafka, ...config, log });
  metrics.observe(gaugesOf(lanes, consumer));
  const health = createWorkerHealth({ consumer, lanes, ...config });
  const readiness = createReadiness({ checks: health.checks, log });
  const app = createHealthApp({ readiness, stuck: health.stuck, stats, switches, adminKey: config.adminKey, log });
  const metricsServer = await listen(metrics.scrape, { host, port: config.metricsPort, drainMs: 0, log });
  const server = await listen(app, { host, port: config.healthPort, drainMs: 0, log });
  consumer.start(lanes.open);
  readiness.start();

  return {
    url: `http://${host}:${server.port}`,
    metricsPort: metricsServer.port,
    async stop() {
      readiness.stopping();
      await consumer.close();
      await server.close();
      await metrics.close();
      await metricsServer.close();
    },
  };
}

function gaugesOf(lanes: Lanes, consumer: TopicConsumer) {
  return {
    lagSeconds: () => {
      const oldest = lanes.all().flatMap((lane) => lane.oldest() ?? []);
      // The clock of the API may be ahead of ours.
      return oldest.length === 0 ? 0 : Math.max(0, Date.now() - Math.min(...oldest)) / 1000;
    },
    lagRecords: () => consumer.state().behind,
    partitions: () => consumer.state().assigned ?? 0,
  };
}
