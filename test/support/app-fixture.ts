import type { Express } from 'express';
import { createFrontDoor } from '../../src/front-door.ts';
import { createHandlers } from '../../src/handlers/index.ts';
import { createApp } from '../../src/http/app.ts';
import type { ApiKey } from '../../src/http/authenticate.ts';
import type { OrderView } from '../../src/orders/order-view.ts';
import { createReadiness, type Readiness } from '../../src/process/readiness.ts';
import { createMemoryPublisher, type MemoryPublisher } from '../../src/publishing/memory/memory-publisher.ts';
import type { EventPublisher } from '../../src/publishing/publisher.ts';
import { withDeadLetters, type DeadLetter } from '../../src/publishing/with-dead-letters.ts';
import { createMemoryTopicReader } from '../../src/reading/memory/memory-topic-reader.ts';
import { createCollectingLog, type LogLine } from './collecting-log.ts';
import { createHttpClient, TEST_KEY, type HttpClient } from './http-client.ts';

/** The whole service behind its HTTP edge, in this process, and everything a test may want to look at. */
export interface AppFixture {
  readonly app: Express;
  readonly client: HttpClient;
  readonly publisher: MemoryPublisher;
  readonly view: OrderView;
  readonly lines: readonly LogLine[];
  readonly deadLetters: readonly DeadLetter[];
}

/** What a test may choose; the rest is as the service has it. */
export interface AppFixtureOptions {
  readonly apiKeys?: readonly ApiKey[];
  readonly bodyLimitBytes?: number;
  readonly maxInFlight?: number;
  readonly maxOrders?: number;
  /** How much of the topic the view follows. */
  readonly viewTail?: 'earliest' | 'off';
  readonly maxRemembered?: number;
  readonly readiness?: Readiness;
  readonly isDraining?: () => boolean;
  /** Stands in for what the memory backend does with an event. */
  readonly publish?: EventPublisher['publish'];
}

/** Wires the service as its process does, with the memory backend, and does not listen. */
export async function createAppFixture(options: AppFixtureOptions = {}): Promise<AppFixture> {
  const { log, lines } = createCollectingLog();
  const deadLetters: DeadLetter[] = [];
  const memory = createMemoryPublisher({ topic: 'orders', timeoutMs: 5_000 });
  const publish = options.publish ?? ((event) => memory.publish(event));
  const frontDoor = createFrontDoor({
    backend: {
      publisher: withDeadLetters({ ...memory, publish }, (letter) => deadLetters.push(letter)),
      reader: createMemoryTopicReader(memory),
      source: { backend: 'memory', topic: 'orders' },
    },
    settings: {
      claims: { store: 'memory' },
      idempotencyTtlMs: 86_400_000,
      idempotencyMax: options.maxRemembered ?? 100_000,
      viewTail: options.viewTail ?? 'earliest',
      publishTimeoutMs: 5_000,
      maxInFlight: options.maxInFlight ?? 100,
      ordersCacheMax: options.maxOrders ?? 1_000,
    },
    log,
    onReplayed: () => undefined,
    onShed: () => undefined,
    onRefused: () => undefined,
  });
  frontDoor.start();
  const readiness = options.readiness ?? createReadiness({ checks: [], log });
  const app = await createApp({
    handlers: createHandlers({ ...frontDoor, readiness }),
    apiKeys: options.apiKeys ?? [{ principal: 'tester', key: TEST_KEY }],
    bodyLimitBytes: options.bodyLimitBytes ?? 262_144,
    log,
    metrics: { answered: () => undefined },
    isDraining: options.isDraining ?? (() => false),
  });
  return { app, client: createHttpClient(app), publisher: memory, view: frontDoor.view, lines, deadLetters };
}
