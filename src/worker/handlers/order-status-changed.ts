import type { OrderStats } from '../order-stats.ts';
import type { Handler } from './contract.ts';

/** An order is in a new status: the changes are counted by status. */
export function onOrderStatusChanged(stats: OrderStats): Handler<'orders.order.status-changed.v1'> {
  return ({ data: { change } }) => {
    stats.changed(change.status);
  };
}
