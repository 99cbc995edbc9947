/**
 * Property: whatever is asked in whatever order, with answers lost, refused and delayed, clocks moving and the process starting
 * again, every request id and every order has at most one message, and whoever was told "accepted" was told the same.
 *
 * The model is three maps: what each request id and each order was first accepted with, and what the log holds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderEvent } from '../../src/domain/events.ts';
import { orderCreated } from '../../src/domain/events.ts';
import { createAcceptOnce, type AcceptOnce } from '../../src/idempotency/accept-once.ts';
import { createAskLog } from '../../src/idempotency/ask-log.ts';
import { createAttempt } from '../../src/idempotency/attempt.ts';
import {
  NotAcceptedError,
  OrderExistsError,
  OutcomeUnknownError,
  RequestIdReusedError,
} from '../../src/idempotency/errors.ts';
import { createMemoryClaims } from '../../src/idempotency/memory/memory-claims.ts';
import { createOutcomes } from '../../src/idempotency/outcomes.ts';
import { createProofs } from '../../src/idempotency/proofs.ts';
import { createOrderView } from '../../src/orders/order-view.ts';
import { createTopicTail } from '../../src/orders/topic-tail.ts';
import { createMemoryPublisher, type MemoryBehaviour } from '../../src/publishing/memory/memory-publisher.ts';
import { PublishError } from '../../src/publishing/publish-error.ts';
import { createMemoryTopicReader } from '../../src/reading/memory/memory-topic-reader.ts';
import type { TopicReader } from '../../src/reading/topic-reader.ts';
import { silentLog } from '../support/silent-log.ts';

const HOLD_MS = 1_000;
const LAG_MS = 2;
const SOURCE = { backend: 'memory', topic: 'orders' } as const;

/** A request: one of few ids, one of few orders, one of two bodies. */
interface Ask {
  readonly kind: 'ask';
  readonly id: number;
  readonly order: number;
  readonly body: number;
  readonly behaviour: MemoryBehaviour['kind'];
}

type Step =
  | Ask
  | { readonly kind: 'together'; readonly asks: readonly Ask[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' };

const ask: fc.Arbitrary<Ask> = fc.record({
  kind: fc.constant('ask' as const),
  id: fc.integer({ min: 0, max: 3 }),
  order: fc.integer({ min: 0, max: 2 }),
  body: fc.integer({ min: 0, max: 1 }),
  behaviour: fc.constantFrom('normal' as const, 'normal' as const, 'refuse' as const, 'lose-ack' as const),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: ask },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      asks: fc.array(ask, { minLength: 2, maxLength: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 1_500 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

function eventOf({ id, order, body }: Ask, receivedAt: number): OrderEvent {
  const items = [{ sku: 'sku', quantity: 1, unitPrice: 1 }];
  const draft = { orderId: `order-${order}`, customerId: `body-${body}`, items, totalAmount: 1, tenantId: 't' };
  return orderCreated({ ...draft, channel: 'web' }, { principal: 'tester', requestId: `id-${id}`, receivedAt });
}

/** What is appended is read a few turns later, as from a broker: until then only the claims know. */
function lagging(reader: TopicReader): TopicReader {
  let before: Promise<unknown> = Promise.resolve();
  const later = (deliver: () => void): void => {
    before = before.then(() => sleep(LAG_MS)).then(deliver);
  };
  return {
    ...reader,
    follow: (sink, from) =>
      reader.follow(
        {
          began: (partition, offset) => later(() => sink.began(partition, offset)),
          missed: sink.missed,
          read: (partition, entries, next) => later(() => sink.read(partition, entries, next)),
        },
        from,
      ),
  };
}

/** One backend, and the process before it, which can be started again. */
function createWorld() {
  const publisher = createMemoryPublisher({ topic: 'orders', timeoutMs: 50 });
  let now = 1_000_000;
  let process = start();

  function start(): Pick<AcceptOnce, 'accept'> {
    const clock = (): number => now;
    const outcomes = createOutcomes({ max: 1_000, ttlMs: Infinity, clock });
    const reader = lagging(createMemoryTopicReader(publisher));
    const holdMs = (): number => HOLD_MS;
    const view = createOrderView({ maxOrders: 100 });
    const tail = createTopicTail({
      reader,
      view,
      outcomes,
      source: SOURCE,
      from: 'earliest',
      timeoutMs: 1_000,
      holdMs,
    });
    tail.start();
    const claims = createMemoryClaims({
      holdMs,
      clock,
      find: outcomes.find,
      remember: outcomes.remember,
      maxHeld: 100,
    });
    const proofs = createProofs({ publisher });
    const askLog = createAskLog({ reader, proofs, followed: tail, outcomes, max: 1_000, source: SOURCE });
    const onPublished = (): void => undefined;
    const attempt = createAttempt({ claims, outcomes, publisher, askLog, log: silentLog, holdMs, onPublished });
    const { accept } = createAcceptOnce({ attempt, outcomes, waitMs: 500 });
    return {
      accept: async (event) => {
        await tail.readStart();
        return accept(event);
      },
    };
  }

  return {
    publisher,
    accept: (asked: Ask) => process.accept(eventOf(asked, now)),
    pass: (ms: number) => (now += ms),
    restart: () => (process = start()),
  };
}

/** What was first accepted, by request id and by order, with where it is. */
type Accepted = Map<string, { readonly said: string; readonly place: string }>;

function hold(accepted: Accepted, name: string, said: string, place: string): void {
  const first = accepted.get(name);
  if (first === undefined) accepted.set(name, { said, place });
  else expect({ name, said, place }).toEqual({ name, ...first });
}

async function take(world: ReturnType<typeof createWorld>, asked: Ask, accepted: Accepted): Promise<void> {
  const said = `order-${asked.order} body-${asked.body}`;
  const [byId, byOrder] = [accepted.get(`id-${asked.id}`), accepted.get(`order-${asked.order}`)];
  try {
    const { outcome, replayed } = await world.accept(asked);
    const place = `${outcome.eventId} ${outcome.partition}/${outcome.offset}`;
    if (byId !== undefined || byOrder !== undefined) expect(replayed).toBe(true);
    // A repeat that is known by its order alone leaves its request id free.
    if (outcome.eventId === eventOf(asked, 0).id) hold(accepted, `id-${asked.id}`, said, place);
    hold(accepted, `order-${asked.order}`, said, place);
  } catch (error) {
    // What was accepted stays so: a repeat that says the same is never refused.
    if (error instanceof RequestIdReusedError || error instanceof OrderExistsError) {
      expect(byId?.said).not.toBe(said);
    } else if (
      error instanceof NotAcceptedError ||
      error instanceof OutcomeUnknownError ||
      error instanceof PublishError
    ) {
      expect(byId).toBeUndefined();
    } else throw error;
  }
}

test('one message for each request and each order, one answer for each request', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = createWorld();
      const accepted: Accepted = new Map();
      for (const next of steps) {
        switch (next.kind) {
          case 'ask':
            world.publisher.behave({ kind: next.behaviour } as MemoryBehaviour);
            await take(world, next, accepted);
            break;
          case 'together':
            await Promise.all(next.asks.map((asked) => take(world, asked, new Map())));
            break;
          case 'pass':
            world.pass(next.ms);
            break;
          case 'restart':
            world.restart();
            break;
        }
      }
      const events = world.publisher.events().map(({ event }) => event);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(new Set(events.map(({ subject }) => subject)).size).toBe(events.length);
    }),
    { numRuns: 300 },
  );
});
