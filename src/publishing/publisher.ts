import type { OrderEvent } from '../domain/events.ts';

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
   * Publishes the event; resolves once the backend has acknowledged it, and rejects only with a PublishError, which says
   * whether the event is certainly not written.
   */
  publish(event: OrderEvent): Promise<Receipt>;
  /** Asks the backend whether publishing can work; resolves with one line for people, rejects with a PublishError. */
  ready(): Promise<string>;
  /** Refuses new events, waits for those under way, and lets go of the backend. */
  close(): Promise<void>;
}
