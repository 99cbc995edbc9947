/**
 * Property: whatever ends when and fails, and however often an event comes on whichever topic, the handlers of one order never
 * overlap and run in the order in which its events came, no event is handled again after it was, and everything comes to an end.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderEvent } from '../../src/domain/events.ts';
import type { HandlerFailure } from '../../src/worker/handle-event.ts';
import { createShard, type Outcome } from '../../src/worker/process-delivery.ts';
import { createdEvent } from '../support/orders.ts';
import { aDelivery } from '../support/worker.ts';

type Step =
  | {
      readonly kind: 'come';
      readonly order: number;
      readonly event: number;
      readonly topic: string;
      readonly mayBegin: boolean;
    }
  | { readonly kind: 'end'; readonly which: number; readonly fails: boolean };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('come' as const),
    order: fc.integer({ min: 0, max: 2 }),
    event: fc.integer({ min: 0, max: 6 }),
    topic: fc.constantFrom('orders', 'orders', 'orders.retry'),
    mayBegin: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(10), fails: fc.boolean() }),
);

const turns = () => new Promise((resolve) => setImmediate(resolve));

/** Some of few ids, each on some of few orders. */
const ids = Array.from({ length: 7 }, (_, i) => createdEvent(`order-${i}`).id);
const eventOf = (order: number, event: number) =>
  ({ ...createdEvent(`order-${order}`), id: ids[event] ?? '' }) as OrderEvent;

function createWorld() {
  /** The number of the delivery, of the events that a handler has. */
  const running: { readonly event: OrderEvent; readonly end: (failure?: HandlerFailure) => void }[] = [];
  const handled = new Set<string>();
  const outcomes = new Map<number, Outcome>();
  /** Deliveries of each order, as they came, and as they were handed over. */
  const handedOver: number[] = [];
  const orderOf: string[] = [];
  let broken: string | undefined;

  const shard = createShard({
    handle: (event, { offset }, begin) => {
      if (!begin()) return Promise.resolve('not_begun');
      if (running.some((each) => each.event.subject === event.subject)) broken ??= `two of ${event.subject} at once`;
      if (running.some((each) => each.event.id === event.id)) broken ??= `${event.id} twice at once`;
      if (handled.has(event.id)) broken ??= `${event.id} once more`;
      handedOver.push(Number(offset));
      return new Promise((resolve) => running.push({ event, end: resolve }));
    },
    dedupMax: 100,
    metrics: { handled: () => undefined, deduplicated: () => undefined },
  });

  async function end(which: number, fails: boolean): Promise<void> {
    const at = running[which % running.length];
    if (at === undefined) return;
    running.splice(running.indexOf(at), 1);
    if (!fails) handled.add(at.event.id);
    at.end(fails ? { reason: 'handler_failed', error: 'no', attempts: 3 } : undefined);
    await turns();
  }

  return {
    async run(next: Step): Promise<void> {
      if (next.kind === 'end') return end(next.which, next.fails);
      const event = eventOf(next.order, next.event);
      const offset = orderOf.push(event.subject) - 1;
      const delivery = aDelivery(event, { topic: next.topic, offset: BigInt(offset) });
      void shard.process(delivery, () => next.mayBegin).then((outcome) => outcomes.set(offset, outcome));
      await turns();
    },
    async finish(): Promise<void> {
      while (running.length > 0) await end(0, false);
    },
    check(): void {
      expect(broken).toBeUndefined();
      expect(outcomes.size).toBe(orderOf.length);
      for (const order of new Set(orderOf)) {
        const inTurn = handedOver.filter((offset) => orderOf[offset] === order);
        expect(inTurn).toEqual([...inTurn].sort((a, b) => a - b));
      }
    },
  };
}

test('the handlers of an order run one after the other, in order, and no event is handled twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50, size: 'max' }), async (steps) => {
      const world = createWorld();
      for (const next of steps) await world.run(next);
      await world.finish();
      world.check();
    }),
    { numRuns: 300 },
  );
});
