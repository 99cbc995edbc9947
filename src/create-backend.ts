import type { KafkaSettings } from './kafka/kafka-settings.ts';
import { createKafkaPublisher } from './publishing/kafka/kafka-publisher.ts';
import { createMemoryPublisher } from './publishing/memory/memory-publisher.ts';
import type { EventPublisher, Receipt } from './publishing/publisher.ts';
import { withDeadLetters, type DeadLetterSink } from './publishing/with-dead-letters.ts';
import { withMetrics } from './publishing/with-metrics.ts';
import { createKafkaTopicReader } from './reading/kafkajs/kafka-topic-reader.ts';
import { createMemoryTopicReader } from './reading/memory/memory-topic-reader.ts';
import type { TopicReader } from './reading/topic-reader.ts';
import type { Logger } from './telemetry/logger.ts';
import type { PublishMetrics } from './telemetry/metrics.ts';

/** Which backend, and what it needs. */
export type BackendSettings =
  { readonly mode: 'memory'; readonly topic: string } | { readonly mode: 'kafka'; readonly kafka: KafkaSettings };

/** The two ends of a topic, and what it is called in receipts. */
export interface TopicBackend {
  readonly publisher: EventPublisher;
  readonly reader: TopicReader;
  readonly source: Pick<Receipt, 'backend' | 'topic'>;
}

/** What every backend gets, whichever it is. */
export interface BackendOptions {
  readonly backend: BackendSettings;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly metrics: PublishMetrics;
  readonly deadLetters: DeadLetterSink;
  /** Hears of each message on the topic that is not ours. */
  readonly onSkipped: (reason: string) => void;
}

/** The one place that chooses the backend. Opens nothing: connections are made by the first use. */
export function createBackend(options: BackendOptions): TopicBackend {
  const { backend, metrics, deadLetters } = options;
  const { publisher, reader, source } = createAdapters(options);
  return { publisher: withDeadLetters(withMetrics(publisher, backend.mode, metrics), deadLetters), reader, source };
}

function createAdapters({ backend, timeoutMs, log, onSkipped }: BackendOptions): TopicBackend {
  switch (backend.mode) {
    case 'memory': {
      const publisher = createMemoryPublisher({ topic: backend.topic, timeoutMs });
      const source = { backend: 'memory', topic: backend.topic } as const;
      return { publisher, reader: createMemoryTopicReader(publisher), source };
    }
    case 'kafka': {
      const settings = backend.kafka;
      return {
        publisher: createKafkaPublisher({ settings, timeoutMs, log }),
        reader: createKafkaTopicReader({ settings, log, onSkipped }),
        source: { backend: 'kafka', topic: settings.topic },
      };
    }
  }
}
