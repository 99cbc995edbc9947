import { OrderNotFoundError } from '../domain/errors.ts';
import { orderStatusChanged, type OrderEvent } from '../domain/events.ts';
import type { operations } from '../generated/http.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import type { FindOrder } from '../orders/find-order.ts';
import { acceptedReply } from './accepted-reply.ts';
import type { Handler, Reply } from './contract.ts';

/** PATCH /orders/{orderId} */
export function updateOrderStatus(deps: {
  readonly accept: AcceptEvent;
  readonly orders: FindOrder;
  readonly isKnown: (event: OrderEvent) => boolean;
}): Handler<operations['updateOrderStatus']> {
  const { accept, orders, isKnown } = deps;
  return async ({ path: { orderId }, body, ...request }): Promise<Reply<operations['updateOrderStatus']>> => {
    const event = orderStatusChanged(orderId, body, request);
    // A change that was accepted before its order could be looked for stays accepted.
    if ((await orders.isAbsent(orderId)) && !isKnown(event)) throw new OrderNotFoundError(orderId);
    return acceptedReply(await accept(event));
  };
}
