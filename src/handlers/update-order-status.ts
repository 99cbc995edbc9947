import { OrderNotFoundError } from '../domain/errors.ts';
import { orderStatusChanged } from '../domain/events.ts';
import type { operations } from '../generated/http.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import type { OrderView } from '../orders/order-view.ts';
import type { Handler, Reply } from './contract.ts';

/** PATCH /orders/{orderId} */
export function updateOrderStatus(deps: {
  readonly accept: AcceptEvent;
  readonly view: OrderView;
}): Handler<operations['updateOrderStatus']> {
  const { accept, view } = deps;
  return async ({ path: { orderId }, body, ...request }): Promise<Reply<operations['updateOrderStatus']>> => {
    if (view.isComplete() && view.get(orderId) === undefined) throw new OrderNotFoundError(orderId);
    const tracking = await accept(orderStatusChanged(orderId, body, request));
    return { status: 202, headers: { Location: `/orders/${orderId}` }, body: tracking };
  };
}
