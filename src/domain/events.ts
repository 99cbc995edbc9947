import type { Events, Order, OrderStatus } from '../generated/events.ts';
import { eventIdOf, orderIdOf } from './identity.ts';

export type { Order, OrderStatus } from '../generated/events.ts';

/** The `ce_type` of an event in the contract. */
export type EventType = keyof Events;

/** A CloudEvents 1.0 event of the contract, not yet bound to a protocol. */
export interface EventOf<Type extends EventType> {
  /** `ce_id`. Of an order event a UUID version 5 of the request: a repeat of the request makes the same one. */
  readonly id: string;
  readonly type: Type;
  readonly source: string;
  /** The orderId; of a barrier its partition. Also the message's key. */
  readonly subject: string;
  readonly dataSchema: string;
  /** When the request was claimed, in ms since the epoch; also the record's timestamp, which the topic's fence looks at. */
  readonly timestamp: number;
  readonly data: Events[Type]['payload'];
}

/** The types of event that say something of an order. */
export type OrderEventType = Exclude<EventType, 'orders.log.barrier.v1'>;

/** An event that says something of an order. */
export type OrderEvent = { [Type in OrderEventType]: EventOf<Type> }[OrderEventType];

/** An event that says nothing of any order: what stands before it on its partition is final once it is acknowledged. */
export type BarrierEvent = EventOf<'orders.log.barrier.v1'>;

/** Whatever the service puts on the topic. */
export type TopicEvent = OrderEvent | BarrierEvent;

/** What an event needs to know of the request behind it. */
export interface RequestContext {
  readonly requestId: string;
  readonly principal: string;
  /** ms since the epoch. */
  readonly receivedAt: number;
}

/** An order as a client states it: identifier and currency may be absent. */
export type OrderDraft = Omit<Order, 'orderId' | 'currency'> & Partial<Pick<Order, 'orderId' | 'currency'>>;

/** A status change as a client states it. */
export interface StatusDraft {
  readonly status: OrderStatus;
  readonly notes?: string;
}

/** The version of the payloads made here; the event contract says what a version means. */
export const SCHEMA_VERSION = '1.0';

/** `ce_source` of every event made here. */
export const EVENT_SOURCE = '/orders-api';

const DEFAULT_CURRENCY = 'USD';

/** The event for a new order. The orderId is the client's, or made of the request. */
export function orderCreated(draft: OrderDraft, request: RequestContext): EventOf<'orders.order.created.v1'> {
  const orderId = draft.orderId ?? orderIdOf(request.principal, request.requestId);
  return {
    id: eventIdOf({ ...request, operationId: 'createOrder' }),
    type: 'orders.order.created.v1',
    source: EVENT_SOURCE,
    subject: orderId,
    dataSchema: `urn:orders:schema:orders.order.created:${SCHEMA_VERSION}`,
    timestamp: request.receivedAt,
    data: {
      schemaVersion: SCHEMA_VERSION,
      order: { ...draft, orderId, currency: draft.currency ?? DEFAULT_CURRENCY },
      metadata: metadataOf(request),
    },
  };
}

/** The event for a status change of an order. */
export function orderStatusChanged(
  orderId: string,
  draft: StatusDraft,
  request: RequestContext,
): EventOf<'orders.order.status-changed.v1'> {
  return {
    id: eventIdOf({ ...request, operationId: 'updateOrderStatus', orderId }),
    type: 'orders.order.status-changed.v1',
    source: EVENT_SOURCE,
    subject: orderId,
    dataSchema: `urn:orders:schema:orders.order.status-changed:${SCHEMA_VERSION}`,
    timestamp: request.receivedAt,
    data: {
      schemaVersion: SCHEMA_VERSION,
      change: { orderId, ...draft },
      metadata: metadataOf(request),
    },
  };
}

/** A barrier for a partition. `id` is any UUID, `timestamp` ms since the epoch on the clock of the claims. */
export function logBarrier(partition: number, { id, timestamp }: { id: string; timestamp: number }): BarrierEvent {
  return {
    id,
    type: 'orders.log.barrier.v1',
    source: EVENT_SOURCE,
    subject: `partition-${partition}`,
    dataSchema: `urn:orders:schema:orders.log.barrier:${SCHEMA_VERSION}`,
    timestamp,
    data: { schemaVersion: SCHEMA_VERSION, barrier: { partition } },
  };
}

/** The same event, claimed at another moment (ms since the epoch). */
export function claimedAt<Event extends OrderEvent>(event: Event, timestamp: number): Event {
  const metadata = { ...event.data.metadata, timestamp: new Date(timestamp).toISOString() };
  return { ...event, timestamp, data: { ...event.data, metadata } };
}

/** The status an event puts its order in. */
export function statusOf(event: OrderEvent): OrderStatus {
  switch (event.type) {
    case 'orders.order.created.v1':
      return 'accepted';
    case 'orders.order.status-changed.v1':
      return event.data.change.status;
  }
}

function metadataOf({ requestId, principal, receivedAt }: RequestContext) {
  return { timestamp: new Date(receivedAt).toISOString(), requestId, principal };
}
