import { statusOf, type OrderEvent, type OrderStatus } from '../domain/events.ts';
import type { AcceptOnce } from '../idempotency/accept-once.ts';
import { isUnavailable } from '../idempotency/errors.ts';
import type { Accepted } from '../idempotency/repeat.ts';
import { PublishError } from '../publishing/publish-error.ts';
import type { Receipt } from '../publishing/publisher.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { InFlightLimit } from './in-flight-limit.ts';

/** What a client is told of an accepted request. */
export interface Tracking extends Receipt {
  readonly orderId: string;
  readonly requestId: string;
  readonly eventId: string;
  readonly status: OrderStatus;
  /** ISO 8601 */
  readonly acceptedAt: string;
}

/** An accepted request; `replayed` where this is the answer it had before. */
export interface AcceptedEvent {
  readonly tracking: Tracking;
  readonly replayed: boolean;
}

/** Accepts the request behind an event and answers where its message is; rejects as `AcceptOnce` does. */
export type AcceptEvent = (event: OrderEvent) => Promise<AcceptedEvent>;

/**
 * The one way from a valid request to a message, with a log line for how it ended. `onReplayed` hears of each repeat;
 * `readStart` resolves when enough of the topic has been read to tell a new order from a known one; `onRefused` hears of each
 * order that could not wait for it.
 */
export function createAcceptEvent(deps: {
  readonly acceptOnce: Pick<AcceptOnce, 'accept'>;
  readonly log: Logger;
  readonly onReplayed: () => void;
  readonly readStart: () => Promise<void>;
  readonly onRefused: (event: OrderEvent, error: PublishError) => void;
  readonly inFlight: InFlightLimit;
}): AcceptEvent {
  const { acceptOnce, log, onReplayed, readStart, onRefused, inFlight } = deps;

  async function accept(event: OrderEvent): Promise<Accepted> {
    await readStart().catch((cause: unknown) => {
      const message = cause instanceof Error ? cause.message : String(cause);
      const refused = { outcome: 'rejected', reason: 'unreachable', retriable: true, message, cause } as const;
      const error = new PublishError(refused);
      onRefused(event, error);
      throw error;
    });
    return acceptOnce.accept(event);
  }

  return async (event) => {
    const accepted = await inFlight(() => accept(event)).catch((error: unknown) => {
      if (!isUnavailable(error)) throw error;
      const identity = { orderId: event.subject, requestId: event.data.metadata.requestId, eventId: event.id };
      const detail = error instanceof Error ? error.message : String(error);
      log.warn('order event not accepted', { type: event.type, ...identity, detail, cause: causeOf(error) });
      throw error;
    });
    const { outcome, replayed } = accepted;
    const { fingerprint: _said, timestamp, ...place } = outcome;
    const tracking = {
      orderId: event.subject,
      ...place,
      status: statusOf(event),
      acceptedAt: new Date(timestamp).toISOString(),
    };
    if (replayed) onReplayed();
    log.info(replayed ? 'order event repeated' : 'order event accepted', { type: event.type, ...tracking });
    return { tracking, replayed };
  };
}
