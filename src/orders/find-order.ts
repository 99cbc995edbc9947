import { ViewBehindError } from '../domain/errors.ts';
import type { OrderView, StoredOrder } from './order-view.ts';
import type { TopicTail } from './topic-tail.ts';

/** Looks for an order as far as this replica can see. */
export interface FindOrder {
  /**
   * What is not known is looked for up to the present end of its partition. Rejects with a ViewBehindError where that cannot
   * be read now.
   */
  find(orderId: string): Promise<StoredOrder | undefined>;
  /** Whether the order certainly does not exist: its partition was read from its first record to its present end. */
  isAbsent(orderId: string): Promise<boolean>;
}

/** Looks into the view and, where that is not enough, waits for the tail. */
export function createFindOrder({ view, tail }: { view: OrderView; tail: TopicTail }): FindOrder {
  async function find(orderId: string): Promise<StoredOrder | undefined> {
    const known = view.get(orderId);
    if (known !== undefined) return known;
    try {
      await tail.catchUp(orderId);
    } catch (error) {
      throw new ViewBehindError(orderId, { cause: error });
    }
    return view.get(orderId);
  }

  return {
    find,
    async isAbsent(orderId) {
      try {
        return (await find(orderId)) === undefined && (await tail.isWhole());
      } catch {
        return false; // nobody knows now
      }
    },
  };
}
