import type { OrderEvent } from '../domain/events.ts';
import { PublishError } from './publish-error.ts';
import type { EventPublisher } from './publisher.ts';
import { causeOf } from '../telemetry/cause-of.ts';

/** A request that was not accepted because its event could not be published, whole enough to be replayed later. */
export interface DeadLetter {
  readonly kind: 'dead_letter';
  /** ISO 8601, when publishing failed. */
  readonly time: string;
  readonly outcome: PublishError['outcome'];
  readonly reason: PublishError['reason'];
  readonly error: string;
  /** The backend's own words. */
  readonly cause: string | undefined;
  readonly requestId: string;
  readonly principal: string;
  readonly orderId: string;
  readonly event: OrderEvent;
}

/** Takes one dead letter; must not throw. */
export type DeadLetterSink = (letter: DeadLetter) => void;

/** Writes a dead letter for every order event whose publishing failed. The error goes on to the caller. */
export function withDeadLetters(publisher: EventPublisher, sink: DeadLetterSink): EventPublisher {
  return {
    ...publisher,
    async publish(event) {
      try {
        return await publisher.publish(event);
      } catch (error) {
        const isOrders = event.type !== 'orders.log.barrier.v1';
        if (isOrders && error instanceof PublishError) sink(deadLetterOf(event, error));
        throw error;
      }
    },
  };
}

/** The dead letter of an event that was not published. */
export function deadLetterOf(event: OrderEvent, error: PublishError): DeadLetter {
  const { requestId, principal } = event.data.metadata;
  return {
    kind: 'dead_letter',
    time: new Date().toISOString(),
    outcome: error.outcome,
    reason: error.reason,
    error: error.message,
    cause: causeOf(error),
    requestId,
    principal,
    orderId: event.subject,
    event,
  };
}
