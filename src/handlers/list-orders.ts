import type { operations } from '../generated/http.ts';
import type { OrderView } from '../orders/order-view.ts';
import type { Handler, Reply } from './contract.ts';

/** The contract's default for `limit`. */
const DEFAULT_LIMIT = 50;

/** GET /orders */
export function listOrders({ view }: { view: Pick<OrderView, 'list'> }): Handler<operations['listOrders']> {
  return ({ query: { limit = DEFAULT_LIMIT, tenantId, cursor } }): Reply<operations['listOrders']> => ({
    status: 200,
    body: view.list({ limit, tenantId, cursor }),
  });
}
