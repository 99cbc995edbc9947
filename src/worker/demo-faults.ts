import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent } from '../domain/events.ts';
import type { Handler, HandlerContext, Handlers } from './handlers/contract.ts';

/** What an operator may have the worker do wrong, to show what then happens. */
export interface DemoFaults {
  /** Every so many-th event fails, each time it is tried; 0 for none. */
  readonly failEvery: number;
  /** Each event takes so much longer, ms. */
  readonly slowMs: number;
  /** The worker kills itself after so many more events; 0 for never. */
  readonly dieAfter: number;
}

/** The switches, and the handlers that follow them. */
export interface DemoSwitches {
  readonly handlers: Handlers;
  current(): DemoFaults;
  set(faults: DemoFaults): void;
}

/** Puts the faults in front of the handlers. `die` ends the process as `kill -9` does. */
export function withDemoFaults(handlers: Handlers, initial: DemoFaults, die: () => void): DemoSwitches {
  let faults = initial;
  let begun = 0;
  /** Chosen at their first attempt, for all of them. */
  const failing = new WeakSet<OrderEvent>();

  async function misbehave({ failEvery, slowMs, dieAfter }: DemoFaults, event: OrderEvent, context: HandlerContext) {
    if (context.attempt === 1) {
      begun += 1;
      if (failEvery > 0 && begun % failEvery === 0) failing.add(event);
      if (dieAfter > 0 && begun >= dieAfter) die();
    }
    if (slowMs > 0) await sleep(slowMs, undefined, { signal: context.signal });
    if (failEvery > 0 && failing.has(event)) throw new Error(`this event is to fail: DEMO_FAIL_EVERY is ${failEvery}`);
  }

  function wrap<Event extends OrderEvent>(
    handler: (event: Event, context: HandlerContext) => ReturnType<Handler<Event['type']>>,
  ) {
    return (event: Event, context: HandlerContext): void | Promise<void> => {
      const { failEvery, slowMs, dieAfter } = faults;
      if (failEvery === 0 && slowMs === 0 && dieAfter === 0) return handler(event, context);
      return misbehave(faults, event, context).then(() => handler(event, context));
    };
  }

  return {
    handlers: {
      'orders.order.created.v1': wrap(handlers['orders.order.created.v1']),
      'orders.order.status-changed.v1': wrap(handlers['orders.order.status-changed.v1']),
    },
    current: () => faults,
    set(next) {
      faults = next;
      begun = 0;
    },
  };
}
