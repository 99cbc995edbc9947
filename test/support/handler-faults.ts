import type { OrderEvent } from '../../src/domain/events.ts';

/** What the handler of a test's worker does with an event. */
export type HandlerFault =
  | { readonly kind: 'none' }
  /** The first so many attempts. */
  | { readonly kind: 'fails'; readonly times: number }
  /** Never ends. */
  | { readonly kind: 'hangs' }
  | { readonly kind: 'slow'; readonly ms: number };

/** As it stands in an event: the customerId of a new order, the notes of a status change. */
export function faultText(fault: HandlerFault): string {
  return JSON.stringify(fault);
}

/** What an event says of its handler. */
export function faultOf(event: OrderEvent): HandlerFault {
  const text = event.type === 'orders.order.created.v1' ? event.data.order.customerId : (event.data.change.notes ?? '');
  return text.startsWith('{') ? (JSON.parse(text) as HandlerFault) : { kind: 'none' };
}
