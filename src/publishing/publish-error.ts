import type { Receipt } from './publisher.ts';

/** Why an event was not acknowledged, in a word. The words are the `reason` label of orders_publish_failures_total. */
export type PublishFailureReason =
  | 'unreachable'
  | 'timeout'
  | 'authentication'
  | 'authorization'
  | 'topic_missing'
  | 'too_large'
  | 'invalid_timestamp'
  | 'not_enough_replicas'
  | 'backend_error'
  | 'overloaded'
  | 'closed';

/** What is known of an event that was not acknowledged. */
export interface PublishFailure {
  /** `rejected`: certainly not written. `unknown`: it may be, or may yet be; never send it again before asking the log. */
  readonly outcome: 'rejected' | 'unknown';
  readonly reason: PublishFailureReason;
  /** Whether the same event may succeed later without anybody changing anything. */
  readonly retriable: boolean;
  /** What happened and which setting to look at, in one line that clients may read: no addresses, no secrets. */
  readonly message: string;
  /** The backend's own error, for the log. */
  readonly cause?: unknown;
  /**
   * Set where the time was over before the attempt: it goes on in its producer, and this settles as it ends, with the receipt
   * or with the PublishError that is its last word. Without it nobody is at the event any more.
   */
  readonly underWay?: Promise<Receipt>;
}

/** The only error that `EventPublisher.publish` rejects with. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly outcome: PublishFailure['outcome'];
  readonly reason: PublishFailureReason;
  readonly retriable: boolean;
  readonly underWay: PublishFailure['underWay'];

  constructor({ outcome, reason, retriable, message, cause, underWay }: PublishFailure) {
    super(message, { cause });
    this.underWay = underWay;
    this.outcome = outcome;
    this.reason = reason;
    this.retriable = retriable;
  }
}

/** Whether the fault is that of a single message: others of its batch may be taken. */
export function isOfOneMessage({ outcome, reason }: PublishError): boolean {
  return outcome === 'rejected' && (reason === 'too_large' || reason === 'invalid_timestamp');
}
