import type { TopicEvent } from '../domain/events.ts';

/** Where events can go. The names are those of BACKEND_MODE. */
export type Backend = 'memory' | 'kafka';

/** Where a published event is: the backend's own word for it. */
export interface Receipt {
  readonly backend: Backend;
  readonly topic: string;
  readonly partition: number;
  /** The record's offset in its partition, decimal. A string because it may exceed 2^53. */
  readonly offset: string;
}

/** The one thing the rest of the service knows of a backend. */
export interface EventPublisher {
  /**
   * Publishes the event to the partition of its key, a barrier to the partition it names; resolves once the backend has
   * acknowledged it. Rejects only with a PublishError, at the latest after PUBLISH_TIMEOUT_MS; it says whether the event is
   * certainly not written, and where the attempt goes on behind the answer, how to hear of its end.
   */
  publish(event: TopicEvent): Promise<Receipt>;
  /** Asks the backend whether publishing can work; resolves with one line for people, rejects with a PublishError. */
  ready(): Promise<string>;
  /** Refuses new events, waits for those under way, and lets go of the backend. */
  close(): Promise<void>;
}
