import { orderCreated } from '../domain/events.ts';
import type { operations } from '../generated/http.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import { acceptedReply } from './accepted-reply.ts';
import type { Handler, Reply } from './contract.ts';

/** POST /orders */
export function createOrder({ accept }: { accept: AcceptEvent }): Handler<operations['createOrder']> {
  return async ({ body, ...request }): Promise<Reply<operations['createOrder']>> => {
    return acceptedReply(await accept(orderCreated(body, request)));
  };
}
