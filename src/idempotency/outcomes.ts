import type { OrderEvent } from '../domain/events.ts';
import type { Receipt } from '../publishing/publisher.ts';
import type { ClaimKeys, ClaimRequest, Found, Outcome } from './claim-store.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createOutcomeSegment, idOf, type OutcomeSegment } from './outcome-segment.ts';

/** The outcomes this process knows, its own and those it has read on the topic; the latest of them. */
export interface Outcomes {
  /**
   * Takes an outcome in, under its event id and the order of the keys. Of two for one of them the one that stands first on its
   * partition is kept: it is the order, the other a copy.
   */
  readonly remember: (keys: Pick<ClaimKeys, 'order'>, outcome: Outcome) => void;
  /** Looks under the request key first. What is older than the TTL is not found. */
  readonly find: (keys: ClaimKeys) => Found | undefined;
  /** Whether this very record is remembered. */
  has(eventId: string, position: Pick<Outcome, 'partition' | 'offset'>): boolean;
  /**
   * Whether an outcome was forgotten for want of room that was stamped at or after `since` (ms since the epoch) and may stand
   * before the offset `end` of the partition.
   */
  hasForgotten(partition: number, since: number, end: bigint): boolean;
  /** How many outcomes are remembered. */
  readonly size: () => number;
}

/** Room is made a part at a time: the oldest of so many. */
const SEGMENTS = 8;

/** More than this is not asked for at once: most services never fill it. */
const LARGEST_SEGMENT = 131_072;

/**
 * Holds at most `max` outcomes (IDEMPOTENCY_MAX) for `ttlMs` (IDEMPOTENCY_TTL_SECONDS); those that came first are forgotten
 * first, an eighth at a time. `clock` gives ms since the epoch.
 */
export function createOutcomes(options: {
  readonly max: number;
  readonly ttlMs: number;
  readonly clock?: () => number;
}): Outcomes {
  const { max, ttlMs, clock = Date.now } = options;
  const capacity = Math.min(LARGEST_SEGMENT, Math.max(1, Math.floor(max / SEGMENTS)));
  const maxSegments = Math.max(1, Math.floor(max / capacity));
  /** Newest first. */
  const segments: OutcomeSegment[] = [];
  /** Of what was forgotten of each partition: the latest time, and the first offset. */
  const forgotten = new Map<number, { readonly latest: number; readonly first: bigint }>();

  function remember({ order }: Pick<ClaimKeys, 'order'>, outcome: Outcome): void {
    if (isOld(outcome)) return;
    const first = { request: byRequest(outcome.eventId), order: order === undefined ? undefined : byOrder(order) };
    const request = first.request === undefined || standsBefore(outcome, first.request);
    const ofOrder = first.order === undefined || standsBefore(outcome, first.order) ? order : undefined;
    if (request || ofOrder !== undefined) room().add(outcome, { request, order: ofOrder });
  }

  function room(): OutcomeSegment {
    const [newest] = segments;
    if (newest !== undefined && !newest.isFull()) return newest;
    if (segments.length >= maxSegments) forget(segments.pop());
    const segment = createOutcomeSegment(capacity);
    segments.unshift(segment);
    return segment;
  }

  function forget(segment: OutcomeSegment | undefined): void {
    for (const { partition, offset, timestamp } of segment?.all() ?? []) {
      const at = BigInt(offset);
      const before = forgotten.get(partition);
      forgotten.set(partition, {
        latest: Math.max(before?.latest ?? 0, timestamp),
        first: before !== undefined && before.first < at ? before.first : at,
      });
    }
  }

  function byRequest(eventId: string): Outcome | undefined {
    const id = idOf(eventId);
    return firstOf((segment) => segment.findRequest(id));
  }

  function byOrder(orderId: string): Outcome | undefined {
    const id = idOf(orderId);
    return firstOf((segment) => segment.findOrder(id));
  }

  function firstOf(look: (segment: OutcomeSegment) => Outcome | undefined): Outcome | undefined {
    for (const segment of segments) {
      const outcome = look(segment);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  function find({ request, order }: ClaimKeys): Found | undefined {
    const ofRequest = byRequest(request);
    if (ofRequest !== undefined && !isOld(ofRequest)) return { by: 'request', outcome: ofRequest };
    const ofOrder = order === undefined ? undefined : byOrder(order);
    if (ofOrder !== undefined && !isOld(ofOrder)) return { by: 'order', outcome: ofOrder };
    return undefined;
  }

  function isOld({ timestamp }: Outcome): boolean {
    return timestamp < clock() - ttlMs;
  }

  return {
    remember,
    find,
    has(eventId, { partition, offset }) {
      const outcome = byRequest(eventId);
      return outcome?.partition === partition && outcome.offset === offset;
    },
    hasForgotten(partition, since, end) {
      const of = forgotten.get(partition);
      return of !== undefined && of.latest >= since && of.first < end;
    },
    size: () => segments.reduce((sum, segment) => sum + segment.size(), 0),
  };
}

function standsBefore(a: Outcome, b: Outcome): boolean {
  return (
    a.backend === b.backend && a.topic === b.topic && a.partition === b.partition && BigInt(a.offset) < BigInt(b.offset)
  );
}

/** What a request that makes this event is known by. */
export function keysOf({ id, type, subject }: OrderEvent): ClaimKeys {
  return type === 'orders.order.created.v1' ? { request: id, order: subject } : { request: id };
}

/**
 * What the request is known by that made what was found for another. They are of one order where it was found under that, or
 * where they say the same; an id that was used for something else may have been used for another order.
 */
export function keysOfFound({ keys, fingerprint }: ClaimRequest, { by, outcome }: Found): ClaimKeys {
  const { order } = keys;
  const isOfOrder = by === 'order' || outcome.fingerprint === fingerprint;
  return { request: outcome.eventId, ...(isOfOrder && order !== undefined && { order }) };
}

/** How a request ended whose event is at that place. */
export function outcomeOf(event: OrderEvent, receipt: Receipt, fingerprint = fingerprintOf(event)): Outcome {
  return {
    eventId: event.id,
    requestId: event.data.metadata.requestId,
    fingerprint,
    ...receipt,
    timestamp: event.timestamp,
  };
}
