import type { Logger } from '../telemetry/logger.ts';
import type { PublishMetrics } from '../telemetry/metrics.ts';
import { createKafkaPublisher } from './kafka/kafka-publisher.ts';
import type { KafkaSettings } from '../kafka/kafka-settings.ts';
import { createMemoryPublisher } from './memory/memory-publisher.ts';
import type { EventPublisher } from './publisher.ts';
import { withDeadLetters, type DeadLetterSink } from './with-dead-letters.ts';
import { withInFlightLimit } from './with-in-flight-limit.ts';
import { withMetrics } from './with-metrics.ts';

/** Which backend, and what it needs. */
export type BackendSettings =
  { readonly mode: 'memory'; readonly topic: string } | { readonly mode: 'kafka'; readonly kafka: KafkaSettings };

/** What every publisher gets, whatever its backend. */
export interface PublisherOptions {
  readonly backend: BackendSettings;
  readonly timeoutMs: number;
  readonly maxInFlight: number;
  readonly log: Logger;
  readonly metrics: PublishMetrics;
  readonly deadLetters: DeadLetterSink;
}

/** The one place that chooses the backend. Opens nothing: connections are made by the first use. */
export function createPublisher(options: PublisherOptions): EventPublisher {
  const { backend, maxInFlight, metrics, deadLetters } = options;
  // Outermost first: what the limit sheds was never tried, so it is no dead letter and has no duration, but it is counted.
  return withInFlightLimit(
    withDeadLetters(withMetrics(createAdapter(options), backend.mode, metrics), deadLetters),
    maxInFlight,
    () => metrics.failed(backend.mode, 'overloaded'),
  );
}

function createAdapter({ backend, timeoutMs, log }: PublisherOptions): EventPublisher {
  switch (backend.mode) {
    case 'memory':
      return createMemoryPublisher({ topic: backend.topic, timeoutMs });
    case 'kafka':
      return createKafkaPublisher({ settings: backend.kafka, timeoutMs, log });
  }
}
