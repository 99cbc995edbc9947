import { statusOf, type OrderEvent, type OrderStatus } from '../domain/events.ts';
import { PublishError } from '../publishing/publish-error.ts';
import type { EventPublisher, Receipt } from '../publishing/publisher.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { OrderView } from './order-view.ts';

/** What a client is told of an accepted request. */
export interface Tracking extends Receipt {
  readonly orderId: string;
  readonly requestId: string;
  readonly eventId: string;
  readonly status: OrderStatus;
  /** ISO 8601 */
  readonly acceptedAt: string;
}

/** Publishes an event and answers where it is; rejects with the PublishError. */
export type AcceptEvent = (event: OrderEvent) => Promise<Tracking>;

/** The one way from a valid request to a message: publish, then show it in the view and the log. */
export function createAcceptEvent(deps: {
  readonly publisher: EventPublisher;
  readonly view: OrderView;
  readonly log: Logger;
}): AcceptEvent {
  const { publisher, view, log } = deps;
  return async (event) => {
    const identity = { orderId: event.subject, requestId: event.data.metadata.requestId, eventId: event.id };
    const receipt = await publisher.publish(event).catch((error: unknown) => {
      if (error instanceof PublishError) {
        const { outcome, reason, message } = error;
        const fields = { type: event.type, ...identity, outcome, reason, detail: message, cause: causeOf(error) };
        log.warn('order event not accepted', fields);
      }
      throw error;
    });
    view.apply(event, receipt);
    const tracking = {
      ...identity,
      ...receipt,
      status: statusOf(event),
      acceptedAt: event.data.metadata.timestamp,
    };
    log.info('order event accepted', { type: event.type, ...tracking });
    return tracking;
  };
}
