import pTimeout from 'p-timeout';
import type { TopicBackend } from './create-backend.ts';
import { createAcceptOnce, type AcceptOnce } from './idempotency/accept-once.ts';
import { createAskLog } from './idempotency/ask-log.ts';
import { createAttempt } from './idempotency/attempt.ts';
import type { ClaimStore } from './idempotency/claim-store.ts';
import { createClaims, type ClaimSettings } from './idempotency/create-claims.ts';
import { createFence, noFence } from './idempotency/fence.ts';
import { createOutcomes } from './idempotency/outcomes.ts';
import { createProofs } from './idempotency/proofs.ts';
import { createAcceptEvent, type AcceptEvent } from './orders/accept-event.ts';
import { createFindOrder, type FindOrder } from './orders/find-order.ts';
import { createInFlightLimit } from './orders/in-flight-limit.ts';
import { createOrderView, type OrderView } from './orders/order-view.ts';
import { createTopicTail, noTail } from './orders/topic-tail.ts';
import type { OrderEvent } from './domain/events.ts';
import type { PublishError } from './publishing/publish-error.ts';
import type { ReadinessCheck } from './process/readiness.ts';
import type { TailFrom } from './reading/topic-reader.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Gauges } from './telemetry/metrics.ts';

/** What the part between the edge and the backend is told; the environment variables are those of the README. */
export interface FrontDoorSettings {
  readonly claims: ClaimSettings;
  readonly idempotencyTtlMs: number;
  readonly idempotencyMax: number;
  readonly viewTail: TailFrom | 'off';
  readonly publishTimeoutMs: number;
  readonly maxInFlight: number;
  readonly ordersCacheMax: number;
}

/** Between the HTTP edge and the backend: what takes orders, and what answers questions about them. */
export interface FrontDoor {
  readonly accept: AcceptEvent;
  readonly orders: FindOrder;
  /** Whether a request was accepted before, or is under way. */
  readonly isKnown: AcceptOnce['isKnown'];
  readonly view: OrderView;
  readonly checks: readonly ReadinessCheck[];
  readonly gauges: Gauges;
  /** Begins to follow the topic. */
  start(): void;
  /** Settles what was begun and lets go of the backend and of the claim store. No request may come any more. */
  close(): Promise<void>;
}

/** An attempt may end a moment after its publish did, ms; more than that is left to the fence. */
const SETTLE_MS = 1_000;

/** What a request may wait beyond its publish, ms, so that what the publisher says of it comes first. */
const GRACE_MS = 250;

/** Puts the parts together; opens nothing before `start` and the first request. */
export function createFrontDoor(deps: {
  readonly backend: TopicBackend;
  readonly settings: FrontDoorSettings;
  readonly log: Logger;
  /** Hears of each repeat. */
  readonly onReplayed: () => void;
  /** Hears of each request that is refused for want of room. */
  readonly onShed: () => void;
  /** Hears of each order that came while the topic could not be read. */
  readonly onRefused: (event: OrderEvent, error: PublishError) => void;
  /** Puts a decorator around the claim store: for tests of what happens between the steps. */
  readonly wrapClaims?: ((claims: ClaimStore) => ClaimStore) | undefined;
}): FrontDoor {
  const { backend, settings, log, onReplayed, onShed, onRefused, wrapClaims = (same) => same } = deps;
  const { publisher, reader, source } = backend;
  const { publishTimeoutMs: timeoutMs, idempotencyTtlMs: ttlMs, idempotencyMax: max } = settings;

  const view = createOrderView({ maxOrders: settings.ordersCacheMax });
  const outcomes = createOutcomes({ max, ttlMs });
  const fence = source.backend === 'memory' ? noFence : createFence({ reader, ttlMs, publishTimeoutMs: timeoutMs });
  const { holdMs } = fence;
  const tail =
    settings.viewTail === 'off'
      ? noTail
      : createTopicTail({ reader, view, outcomes, source, from: settings.viewTail, timeoutMs, holdMs });
  const claims = wrapClaims(createClaims({ settings: settings.claims, outcomes, fence, ttlMs, max, log }));
  const proofs = createProofs({ publisher });
  const askLog = createAskLog({ reader, proofs, followed: tail, outcomes, max, source });
  const attempt = createAttempt({ claims, outcomes, publisher, askLog, log, holdMs, onPublished: view.apply });
  const acceptOnce = createAcceptOnce({ attempt, outcomes, waitMs: timeoutMs + GRACE_MS });
  const inFlight = createInFlightLimit(settings.maxInFlight, onShed);

  let claimsAvailable = false;
  async function claimsHealth() {
    claimsAvailable = false;
    const health = await claims.health();
    claimsAvailable = true;
    return health;
  }

  return {
    accept: createAcceptEvent({ acceptOnce, log, onReplayed, readStart: tail.readStart, onRefused, inFlight }),
    orders: createFindOrder({ view, tail }),
    isKnown: acceptOnce.isKnown,
    view,
    checks: [
      { name: 'publisher', run: () => publisher.ready() },
      { name: 'fence', run: fence.check },
      { name: 'view', run: tail.check },
      { name: 'claims', run: claimsHealth },
    ],
    gauges: {
      cacheDepth: view.size,
      remembered: outcomes.size,
      behind: tail.behind,
      claimsAvailable: () => claimsAvailable,
    },
    start: tail.start,
    async close() {
      await publisher.close();
      await pTimeout(acceptOnce.idle(), { milliseconds: SETTLE_MS, fallback: () => undefined });
      await Promise.all([claims.close(), reader.close()]);
    },
  };
}
