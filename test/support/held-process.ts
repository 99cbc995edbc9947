import type { Delivery } from '../../src/consuming/topic-consumer.ts';
import type { Outcome, ProcessDelivery } from '../../src/worker/process-delivery.ts';
import { aLetter } from './worker.ts';

/** Deliveries whose beginnings and ends are for a test to say. */
export interface HeldProcess {
  readonly process: ProcessDelivery;
  /** Offsets that were given, that may have begun, and that have not ended, in the order in which that came about. */
  readonly given: readonly bigint[];
  readonly begun: readonly bigint[];
  open(): bigint[];
  /** Asks for a record that was given whether it may begin; ends it as not begun where it may not. */
  begin(offset: bigint): boolean;
  end(offset: bigint, how?: 'done' | 'letter'): void;
}

/** `at` says when a record asks to begin: as soon as it is given, or when the test says so. */
export function createHeldProcess(at: 'once' | 'later' = 'once'): HeldProcess {
  const given: bigint[] = [];
  const begun: bigint[] = [];
  const held = new Map<
    bigint,
    { readonly delivery: Delivery; readonly ask: () => boolean; readonly resolve: (outcome: Outcome) => void }
  >();

  function of(offset: bigint) {
    const record = held.get(offset);
    if (record === undefined) throw new Error(`${offset} is not in hand`);
    return record;
  }

  function begin(offset: bigint): boolean {
    const { ask, resolve } = of(offset);
    if (ask()) {
      begun.push(offset);
      return true;
    }
    held.delete(offset);
    resolve('not_begun');
    return false;
  }

  return {
    process: (delivery, ask) =>
      new Promise((resolve) => {
        given.push(delivery.offset);
        held.set(delivery.offset, { delivery, ask, resolve });
        if (at === 'once') begin(delivery.offset);
      }),
    given,
    begun,
    open: () => [...held.keys()],
    begin,
    end(offset, how = 'done') {
      const { delivery, resolve } = of(offset);
      held.delete(offset);
      resolve(how === 'done' ? 'done' : aLetter(delivery));
    },
  };
}
