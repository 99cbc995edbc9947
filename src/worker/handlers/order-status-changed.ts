import type { OrderStats } from '../order-stats.ts';
import type { Handler } from './contract.ts';

/** An order is in a new status: counted by status. */
export function onOrderStatusChanged(stats: OrderStats): Handler<'orders.order.status-changed.v1'> {
  return ({ data: { change } }) => {
    stats.entered(change.status);
  };
}
