import type { Order, OrderEvent, OrderStatus } from '../domain/events.ts';
import { createTimeIndex, type TimeEntry, type TimeIndex } from './time-index.ts';

/** One entry of an order's history. Times are ISO 8601. */
export interface StatusChange {
  readonly eventId: string;
  readonly requestId: string;
  readonly status: OrderStatus;
  readonly notes?: string;
  readonly at: string;
  readonly partition: number;
  readonly offset: string;
}

/** An order and where it stands. */
export interface StoredOrder extends Order {
  readonly status: OrderStatus;
  readonly notes?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Oldest first; the first entry is always there, of the rest the latest. */
  readonly history: StatusChange[];
}

/** Where an event is in the log. */
export interface LogPosition {
  readonly partition: number;
  readonly offset: string;
}

/** One page of orders, newest first. */
export interface OrderPage {
  readonly orders: StoredOrder[];
  /** Passed back, it continues after the last order of the page; null on the last page. */
  readonly nextCursor: string | null;
}

/** What to list. */
export interface OrderQuery {
  readonly limit: number;
  readonly tenantId?: string | undefined;
  readonly cursor?: string | undefined;
}

/** What GET and list answer from: the latest orders, in memory. */
export interface OrderView {
  /**
   * Takes an event in; one that was taken in already changes nothing. Events of one order may come in any order, for this
   * replica knows its own before it reads those of others: where they stand on the partition decides.
   */
  readonly apply: (event: OrderEvent, position: LogPosition) => void;
  /** Forgets every order of a partition whose log was replaced. */
  forgetPartition(partition: number): void;
  get(orderId: string): StoredOrder | undefined;
  /** Throws InvalidCursorError for a cursor that is not one of ours. */
  list(query: OrderQuery): OrderPage;
  /** Whether an order was ever forgotten for want of room. */
  hasForgotten(): boolean;
  /** How many orders are held. */
  readonly size: () => number;
}

/** A cursor that no list made. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError';
}

/** The contract's bound on an order's history (StoredOrder in the HTTP contract). */
const HISTORY_MAX = 100;

/** Holds at most `maxOrders` orders (ORDERS_CACHE_MAX); the oldest are forgotten first. */
export function createOrderView({ maxOrders }: { maxOrders: number }): OrderView {
  const orders = new Map<string, StoredOrder>();
  const byTime = createTimeIndex();
  const byTenant = new Map<string, TimeIndex>();
  let forgotten = false;

  function apply(event: OrderEvent, position: LogPosition): void {
    switch (event.type) {
      case 'orders.order.created.v1':
        create(event.data.order, changeOf(event, 'accepted', position), event.timestamp);
        return;
      case 'orders.order.status-changed.v1': {
        const { status, notes } = event.data.change;
        change(event.subject, changeOf(event, status, position, notes));
        return;
      }
    }
  }

  /** Of two events that create one order the first on the partition counts. */
  function create(order: Order, first: StatusChange, timestamp: number): void {
    const known = orders.get(order.orderId);
    const [knownFirst, ...later] = known?.history ?? [];
    if (knownFirst !== undefined && !isBefore(first, knownFirst)) return;
    if (known !== undefined) forget(known);
    const history = [first, ...later];
    orders.set(order.orderId, { ...order, ...standing(history.at(-1) ?? first), createdAt: first.at, history });
    const entry = { at: timestamp, id: order.orderId };
    byTime.add(entry);
    tenantIndex(order.tenantId).add(entry);
    if (orders.size > maxOrders) forgetOldest();
  }

  function change(orderId: string, next: StatusChange): void {
    const order = orders.get(orderId);
    if (order === undefined || order.history.some(({ eventId }) => eventId === next.eventId)) return;
    const { notes: _before, ...rest } = order;
    const [first = next, ...later] = order.history;
    if (isBefore(next, first)) return; // of an order that had this id before its log was replaced
    const at = later.findLastIndex((change) => isBefore(change, next)) + 1;
    const history = [first, ...later.toSpliced(at, 0, next).slice(1 - HISTORY_MAX)];
    orders.set(orderId, { ...rest, ...standing(history.at(-1) ?? next), history });
  }

  function tenantIndex(tenantId: string): TimeIndex {
    const known = byTenant.get(tenantId);
    if (known !== undefined) return known;
    const index = createTimeIndex();
    byTenant.set(tenantId, index);
    return index;
  }

  function forgetOldest(): void {
    const oldest = byTime.removeOldest();
    const order = oldest && orders.get(oldest.id);
    if (oldest === undefined || order === undefined) return;
    forgotten = true;
    orders.delete(order.orderId);
    leaveTenant(order, oldest);
  }

  function forget(order: StoredOrder): void {
    const entry = { at: Date.parse(order.createdAt), id: order.orderId };
    orders.delete(order.orderId);
    byTime.remove(entry);
    leaveTenant(order, entry);
  }

  function leaveTenant({ tenantId }: StoredOrder, entry: TimeEntry): void {
    const ofTenant = byTenant.get(tenantId);
    ofTenant?.remove(entry);
    if (ofTenant?.size() === 0) byTenant.delete(tenantId);
  }

  function list({ limit, tenantId, cursor }: OrderQuery): OrderPage {
    const index = tenantId === undefined ? byTime : byTenant.get(tenantId);
    const before = cursor === undefined ? undefined : readCursor(cursor);
    const entries = index?.newestFirst(limit + 1, before) ?? [];
    const page = entries.slice(0, limit);
    const last = page.at(-1);
    return {
      orders: page.flatMap(({ id }) => orders.get(id) ?? []),
      nextCursor: entries.length > limit && last !== undefined ? writeCursor(last) : null,
    };
  }

  return {
    apply,
    get: (orderId) => orders.get(orderId),
    list,
    forgetPartition(partition) {
      for (const order of orders.values()) if (order.history[0]?.partition === partition) forget(order);
    },
    hasForgotten: () => forgotten,
    size: () => orders.size,
  };
}

function changeOf(event: OrderEvent, status: OrderStatus, position: LogPosition, notes?: string): StatusChange {
  const { timestamp, requestId } = event.data.metadata;
  const { partition, offset } = position;
  return {
    eventId: event.id,
    requestId,
    status,
    ...(notes === undefined ? {} : { notes }),
    at: timestamp,
    partition,
    offset,
  };
}

function isBefore(a: StatusChange, b: StatusChange): boolean {
  return BigInt(a.offset) < BigInt(b.offset);
}

function standing({ status, notes, at }: StatusChange) {
  return { status, ...(notes === undefined ? {} : { notes }), updatedAt: at };
}

/** A cursor names the last order seen by time and id, so it means the same on every replica. */
function writeCursor({ at, id }: { at: number; id: string }): string {
  return Buffer.from(`${at}.${id}`).toString('base64url');
}

function readCursor(cursor: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,16})\.(.{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const entry = { at: Number(at), id: id ?? '' };
  // Decoding is lenient; only what would be written the same way again is ours.
  if (writeCursor(entry) !== cursor) throw new InvalidCursorError('the cursor was not made by this service');
  return entry;
}
