import type { OrderStats } from '../order-stats.ts';
import type { Handler } from './contract.ts';

/** A new order: it is counted for its tenant. What a real worker does with one goes here. */
export function onOrderCreated(stats: OrderStats): Handler<'orders.order.created.v1'> {
  return ({ data: { order } }) => {
    stats.created(order.tenantId);
    stats.entered('accepted');
  };
}
