import { orderCreated } from '../domain/events.ts';
import type { operations } from '../generated/http.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import type { Handler, Reply } from './contract.ts';

/** POST /orders */
export function createOrder({ accept }: { accept: AcceptEvent }): Handler<operations['createOrder']> {
  return async ({ body, ...request }): Promise<Reply<operations['createOrder']>> => {
    const tracking = await accept(orderCreated(body, request));
    return { status: 202, headers: { Location: `/orders/${tracking.orderId}` }, body: tracking };
  };
}
