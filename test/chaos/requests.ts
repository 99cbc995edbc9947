import type { Random } from './random.ts';

/** What a client wants, and how it goes about it. */
export interface ChaosRequest {
  readonly kind: 'order' | 'order without an id' | 'change';
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  /** JSON; the same at every attempt. */
  readonly body: string;
  /** What the client calls it, in which header. */
  readonly id: string;
  readonly header: 'X-Request-Id' | 'Idempotency-Key';
  /** A proxy on the way gives every attempt another X-Request-Id; the orderId tells that they are one request. */
  readonly renamed: boolean;
  /** The first attempt goes to two replicas at once. */
  readonly twin: boolean;
  /** Asked again after it was accepted, as if the answer had been lost: as it was, or under another X-Request-Id. */
  readonly repeat: 'no' | 'same' | 'renamed';
}

const STATUSES = ['processing', 'shipped', 'delivered', 'cancelled'];
/** Orders that a change may be for. */
const REMEMBERED = 1_000;

/** Makes requests. All have ids of their own: `run` is in each. */
export interface RequestMaker {
  next(): ChaosRequest;
  /** Tells of an order that was accepted; changes are made of such only. */
  accepted(orderId: string): void;
}

/** 70% orders with an id, 15% without, 15% changes. */
export function createRequestMaker(run: string, random: Random): RequestMaker {
  const orders: string[] = [];
  let made = 0;

  function next(): ChaosRequest {
    made += 1;
    const id = `${run}-${made}`;
    const header = random.chance(0.5) ? 'X-Request-Id' : 'Idempotency-Key';
    const draw = random.between(0, 1);
    const kind = draw < 0.15 && orders.length > 0 ? 'change' : draw < 0.3 ? 'order without an id' : 'order';
    // Only an orderId tells that two names are one request, and a client that names its key means it.
    const canBeRenamed = kind === 'order' && header === 'X-Request-Id';
    const again = random.between(0, 1);
    return {
      kind,
      ...contentOf(kind, id),
      id,
      header,
      renamed: canBeRenamed && random.chance(0.1),
      twin: random.chance(0.05),
      repeat: again < 0.1 ? 'same' : canBeRenamed && again < 0.2 ? 'renamed' : 'no',
    };
  }

  function contentOf(kind: ChaosRequest['kind'], id: string): Pick<ChaosRequest, 'method' | 'path' | 'body'> {
    if (kind === 'change') {
      const body = JSON.stringify({ status: random.pick(STATUSES), notes: id });
      return { method: 'PATCH', path: `/orders/${random.pick(orders)}`, body };
    }
    const items = [{ sku: 'sku-1', quantity: 2, unitPrice: 29.99 }];
    const order = { customerId: 'chaos', items, totalAmount: 59.98, tenantId: 'chaos', channel: 'demo' };
    const body = JSON.stringify(kind === 'order' ? { orderId: `o-${id}`, ...order } : order);
    return { method: 'POST', path: '/orders', body };
  }

  return {
    next,
    accepted(orderId) {
      if (orders.length < REMEMBERED) orders.push(orderId);
      else orders[made % REMEMBERED] = orderId;
    },
  };
}
