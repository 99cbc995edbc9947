import type { OrderEvent } from '../domain/events.ts';
import type { AcceptEvent } from '../orders/accept-event.ts';
import type { FindOrder } from '../orders/find-order.ts';
import type { OrderView } from '../orders/order-view.ts';
import type { Readiness } from '../process/readiness.ts';
import type { Handlers } from './contract.ts';
import { createOrder } from './create-order.ts';
import { getHealth } from './get-health.ts';
import { getOrder } from './get-order.ts';
import { getReadiness } from './get-readiness.ts';
import { listOrders } from './list-orders.ts';
import { updateOrderStatus } from './update-order-status.ts';

/** What the handlers need. */
export interface HandlerDeps {
  readonly accept: AcceptEvent;
  readonly orders: FindOrder;
  /** Whether a request was accepted before, or is under way. */
  readonly isKnown: (event: OrderEvent) => boolean;
  readonly view: Pick<OrderView, 'list'>;
  readonly readiness: Readiness;
}

/** Every operation of the HTTP contract and its handler. */
export function createHandlers(deps: HandlerDeps): Handlers {
  return {
    createOrder: createOrder(deps),
    updateOrderStatus: updateOrderStatus(deps),
    getOrder: getOrder(deps),
    listOrders: listOrders(deps),
    getHealth: getHealth(),
    getReadiness: getReadiness(deps),
  };
}
