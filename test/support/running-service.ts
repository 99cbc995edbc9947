import { createHandlers } from '../../src/handlers/index.ts';
import { createApp } from '../../src/http/app.ts';
import { listen } from '../../src/http/server.ts';
import { createAcceptEvent } from '../../src/orders/accept-event.ts';
import { createOrderView } from '../../src/orders/order-view.ts';
import { createReadiness } from '../../src/process/readiness.ts';
import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import { silentLog } from './silent-log.ts';

/** The service in this process, on a port, publishing to Kafka. */
export interface RunningService {
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
}

const KEY = 'test-key';

/** Starts the HTTP edge over the Kafka adapter, as `src/api.ts` puts them together. */
export async function startService(options: {
  bootstrap: string;
  topic: string;
  timeoutMs?: number;
}): Promise<RunningService> {
  const publisher = createKafkaPublisher({
    settings: { brokers: options.bootstrap.split(','), topic: options.topic },
    log: silentLog,
    timeoutMs: options.timeoutMs ?? 5_000,
  });
  const view = createOrderView({ maxOrders: 1_000, seesAll: false });
  const readiness = createReadiness({ checks: [{ name: 'publisher', run: () => publisher.ready() }], log: silentLog });
  const app = await createApp({
    handlers: createHandlers({ accept: createAcceptEvent({ publisher, view, log: silentLog }), view, readiness }),
    apiKeys: [{ principal: 'default', key: KEY }],
    bodyLimitBytes: 262_144,
    log: silentLog,
    metrics: { answered: () => undefined },
    isDraining: () => false,
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0, drainMs: 0, log: silentLog });
  readiness.start();
  return {
    url: `http://127.0.0.1:${server.port}`,
    key: KEY,
    async close() {
      readiness.stopping();
      await server.close();
      await publisher.close();
    },
  };
}
