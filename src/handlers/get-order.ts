import { OrderNotFoundError } from '../domain/errors.ts';
import type { operations } from '../generated/http.ts';
import type { OrderView } from '../orders/order-view.ts';
import type { Handler, Reply } from './contract.ts';

/** GET /orders/{orderId} */
export function getOrder({ view }: { view: OrderView }): Handler<operations['getOrder']> {
  return ({ path: { orderId } }): Reply<operations['getOrder']> => {
    const order = view.get(orderId);
    if (order === undefined) throw new OrderNotFoundError(orderId);
    return { status: 200, body: order };
  };
}
