import fc from 'fast-check';
import { orderCreated, orderStatusChanged, type OrderDraft, type OrderEvent } from '../../src/domain/events.ts';

/** A valid order as a client sends it. */
export function anOrder(changes: Partial<OrderDraft> = {}): OrderDraft {
  return {
    customerId: 'customer-1',
    items: [{ sku: 'sku-1', quantity: 2, unitPrice: 12.5 }],
    totalAmount: 25,
    tenantId: 'tenant-1',
    channel: 'web',
    ...changes,
  };
}

let requests = 0;

/** What the edge knows of a request; every call is another request. */
export function aRequest(receivedAt = 1_700_000_000_000) {
  requests += 1;
  return { requestId: `request-${requests}`, principal: 'tester', receivedAt };
}

/** The event of a new order. */
export function createdEvent(orderId: string, changes: Partial<OrderDraft> = {}, receivedAt?: number): OrderEvent {
  return orderCreated(anOrder({ ...changes, orderId }), aRequest(receivedAt));
}

/** The event of a status change. */
export function changedEvent(orderId: string, status: 'shipped' | 'delivered', notes?: string): OrderEvent {
  return orderStatusChanged(orderId, { status, ...(notes === undefined ? {} : { notes }) }, aRequest());
}

const text = (maxLength: number, minLength = 1) => fc.string({ unit: 'grapheme', minLength, maxLength });
const amount = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n)); // JSON has no -0

/** Any order the contract allows. */
export const anyOrder: fc.Arbitrary<OrderDraft> = fc.record(
  {
    orderId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    customerId: text(16),
    items: fc.array(
      fc.record(
        {
          sku: text(16),
          quantity: fc.oneof(
            fc.integer({ min: 1, max: 100 }),
            fc.maxSafeInteger().filter((n) => n >= 1),
          ),
          unitPrice: amount,
          name: text(32, 0),
        },
        { requiredKeys: ['sku', 'quantity', 'unitPrice'] },
      ),
      { minLength: 1, maxLength: 5 },
    ),
    totalAmount: amount,
    currency: fc.stringMatching(/^[A-Z]{3}$/),
    tenantId: text(16),
    channel: fc.constantFrom('web', 'mobile', 'store', 'partner', 'demo'),
  },
  { requiredKeys: ['customerId', 'items', 'totalAmount', 'tenantId', 'channel'] },
);
