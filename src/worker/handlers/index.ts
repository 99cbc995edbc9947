import type { OrderStats } from '../order-stats.ts';
import type { Handlers } from './contract.ts';
import { onOrderCreated } from './order-created.ts';
import { onOrderStatusChanged } from './order-status-changed.ts';

/** Every handler, by the type of event it is for. */
export function createHandlers(stats: OrderStats): Handlers {
  return {
    'orders.order.created.v1': onOrderCreated(stats),
    'orders.order.status-changed.v1': onOrderStatusChanged(stats),
  };
}
