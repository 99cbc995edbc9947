import { OrderNotFoundError } from '../domain/errors.ts';
import { orderStatusChanged } from '../domain/events.ts';
import type { operations } from '../generated/http.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import type { FindOrder } from '../orders/find-order.ts';
import { acceptedReply } from './accepted-reply.ts';
import type { Handler, Reply } from './contract.ts';

/** PATCH /orders/{orderId} */
export function updateOrderStatus(deps: {
  readonly accept: AcceptEvent;
  readonly orders: FindOrder;
}): Handler<operations['updateOrderStatus']> {
  const { accept, orders } = deps;
  return async ({ path: { orderId }, body, ...request }): Promise<Reply<operations['updateOrderStatus']>> => {
    if (await orders.isAbsent(orderId)) throw new OrderNotFoundError(orderId);
    return acceptedReply(await accept(orderStatusChanged(orderId, body, request)));
  };
}
