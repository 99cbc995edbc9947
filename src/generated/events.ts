// Generated from asyncapi/asyncapi.yaml by `npm run generate`; do not edit.
/**
 * The order's identifier, and the key of every message about it. Letters, digits, `.`, `_` and `-`; the first is a letter or a digit.
 */
export type OrderId = string;
/**
 * Version of the payload's schema, major.minor. A new minor version only adds optional fields.
 */
export type SchemaVersion = string;
/**
 * Who ordered, as the shop knows them.
 */
export type CustomerId = string;
/**
 * An amount of money in the order's currency, in major units (dollars, not cents).
 */
export type Amount = number;
/**
 * ISO 4217 alphabetic code of every amount in the order.
 */
export type Currency = string;
/**
 * The tenant the order belongs to. An attribute to filter by, not a security boundary.
 */
export type TenantId = string;
/**
 * Where the order came from.
 */
export type Channel = 'web' | 'mobile' | 'store' | 'partner' | 'demo';
/**
 * Where the order stands. A new order is `accepted`; any status may follow any other.
 */
export type OrderStatus = 'accepted' | 'confirmed' | 'processing' | 'shipped' | 'delivered' | 'cancelled' | 'failed';
/**
 * Free text that goes with a status change.
 */
export type Notes = string;

/**
 * Headers and payload of every event, by `ce_type`.
 */
export interface Events {
  /**
   * Order created.
   */
  'orders.order.created.v1': {
    headers: OrderCreatedHeaders;
    payload: OrderCreated;
  };
  /**
   * Order status changed.
   */
  'orders.order.status-changed.v1': {
    headers: OrderStatusChangedHeaders;
    payload: OrderStatusChanged;
  };
  /**
   * Log barrier.
   */
  'orders.log.barrier.v1': {
    headers: LogBarrierHeaders;
    payload: LogBarrier;
  };
}
/**
 * CloudEvents attributes of an order created event.
 */
export interface OrderCreatedHeaders {
  /**
   * The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id.
   */
  ce_id: string;
  /**
   * What published it.
   */
  ce_source: string;
  ce_specversion: '1.0';
  /**
   * What happened, with the major version of the payload.
   */
  ce_type: 'orders.order.created.v1';
  /**
   * When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land.
   */
  ce_time: string;
  ce_subject: OrderId;
  /**
   * Names the payload's schema and its version.
   */
  ce_dataschema: string;
  'content-type': 'application/json';
}
/**
 * The order as accepted.
 */
export interface OrderCreated {
  schemaVersion: SchemaVersion;
  order: Order;
  metadata: Metadata;
}
/**
 * A whole order, as accepted, with its identifier and its currency filled in.
 */
export interface Order {
  orderId: OrderId;
  customerId: CustomerId;
  /**
   * The lines of the order, 1 to 100.
   *
   * @minItems 1
   * @maxItems 100
   */
  items: OrderItem[];
  totalAmount: Amount;
  currency: Currency;
  tenantId: TenantId;
  channel: Channel;
}
/**
 * One line of an order.
 */
export interface OrderItem {
  /**
   * Stock keeping unit.
   */
  sku: string;
  /**
   * How many. At most 2^53 - 1, the largest whole number JSON readers agree on.
   */
  quantity: number;
  unitPrice: Amount;
  /**
   * What a person would call it.
   */
  name?: string;
}
/**
 * Where the event came from.
 */
export interface Metadata {
  /**
   * When the request was claimed, the same as ce_time.
   */
  timestamp: string;
  /**
   * The Idempotency-Key of the request, else its X-Request-Id.
   */
  requestId: string;
  /**
   * Whose key it was.
   */
  principal: string;
}
/**
 * CloudEvents attributes of an order status changed event.
 */
export interface OrderStatusChangedHeaders {
  /**
   * The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id.
   */
  ce_id: string;
  /**
   * What published it.
   */
  ce_source: string;
  ce_specversion: '1.0';
  /**
   * What happened, with the major version of the payload.
   */
  ce_type: 'orders.order.status-changed.v1';
  /**
   * When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land.
   */
  ce_time: string;
  ce_subject: OrderId;
  /**
   * Names the payload's schema and its version.
   */
  ce_dataschema: string;
  'content-type': 'application/json';
}
/**
 * The change as accepted.
 */
export interface OrderStatusChanged {
  schemaVersion: SchemaVersion;
  change: StatusChange;
  metadata: Metadata;
}
/**
 * What was said of the order.
 */
export interface StatusChange {
  orderId: OrderId;
  status: OrderStatus;
  notes?: Notes;
}
/**
 * CloudEvents attributes of a barrier.
 */
export interface LogBarrierHeaders {
  /**
   * The event's identity. Of an order event a UUID version 5 of the request it came from: a repeat of the request makes the same id.
   */
  ce_id: string;
  /**
   * What published it.
   */
  ce_source: string;
  ce_specversion: '1.0';
  /**
   * What happened, with the major version of the payload.
   */
  ce_type: 'orders.log.barrier.v1';
  /**
   * When the service claimed the request for this attempt. Also the timestamp of the record on `orders`, which that topic refuses when it is too old: a late attempt cannot land.
   */
  ce_time: string;
  ce_subject: OrderId;
  /**
   * Names the payload's schema and its version.
   */
  ce_dataschema: string;
  'content-type': 'application/json';
}
/**
 * Where the barrier stands.
 */
export interface LogBarrier {
  schemaVersion: SchemaVersion;
  barrier: Barrier;
}
/**
 * A place on a partition.
 */
export interface Barrier {
  /**
   * The partition the barrier was sent to.
   */
  partition: number;
}
