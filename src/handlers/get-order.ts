import { OrderNotFoundError } from '../domain/errors.ts';
import type { operations } from '../generated/http.ts';
import type { FindOrder } from '../orders/find-order.ts';
import type { Handler, Reply } from './contract.ts';

/** GET /orders/{orderId} */
export function getOrder({ orders }: { orders: FindOrder }): Handler<operations['getOrder']> {
  return async ({ path: { orderId } }): Promise<Reply<operations['getOrder']>> => {
    const order = await orders.find(orderId);
    if (order === undefined) throw new OrderNotFoundError(orderId);
    return { status: 200, body: order };
  };
}
