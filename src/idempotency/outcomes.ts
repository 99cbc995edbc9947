import type { OrderEvent } from '../domain/events.ts';
import type { Receipt } from '../publishing/publisher.ts';
import type { ClaimKeys, KeyName, Outcome } from './claim-store.ts';
import { fingerprintOf } from './fingerprint.ts';

/** An outcome and what it was found under. */
export interface Found {
  readonly by: KeyName;
  readonly outcome: Outcome;
}

/** The outcomes this process knows, its own and those it has read on the topic; the latest of them. */
export interface Outcomes {
  /** Takes an outcome in. Of two for one key the one that stands first on its partition is kept: it is the order, the other a copy. */
  readonly remember: (keys: ClaimKeys, outcome: Outcome) => void;
  /** Looks under the request key first. What is older than the TTL is not found. */
  readonly find: (keys: ClaimKeys) => Found | undefined;
  /** Whether this very record is remembered. */
  has(eventId: string, position: Pick<Outcome, 'partition' | 'offset'>): boolean;
  /**
   * Whether an outcome was forgotten for want of room that was stamped at or after `since` (ms since the epoch) and may stand
   * before the offset `end` of the partition.
   */
  hasForgotten(partition: number, since: number, end: bigint): boolean;
  /** How many requests are remembered. */
  readonly size: () => number;
}

interface Entry {
  readonly outcome: Outcome;
  readonly order: string | undefined;
}

/**
 * Holds `max` requests (IDEMPOTENCY_MAX) for `ttlMs` (IDEMPOTENCY_TTL_SECONDS); the first that came are forgotten first.
 * `clock` gives ms since the epoch.
 */
export function createOutcomes(options: {
  readonly max: number;
  readonly ttlMs: number;
  readonly clock?: () => number;
}): Outcomes {
  const { max, ttlMs, clock = Date.now } = options;
  const byRequest = new Map<string, Entry>();
  const byOrder = new Map<string, string>();
  /** Of what was forgotten of each partition: the latest time, and the first offset. */
  const forgotten = new Map<number, { readonly latest: number; readonly first: bigint }>();

  function remember({ request, order }: ClaimKeys, outcome: Outcome): void {
    if (isOld(outcome)) return;
    const known = byRequest.get(request);
    if (known === undefined || standsBefore(outcome, known.outcome)) byRequest.set(request, { outcome, order });
    const first = order === undefined ? undefined : outcomeOfOrder(order);
    if (order !== undefined && (first === undefined || standsBefore(outcome, first))) byOrder.set(order, request);
    if (byRequest.size > max) forgetFirst();
  }

  function forgetFirst(): void {
    for (const [request, { outcome, order }] of byRequest) {
      byRequest.delete(request);
      if (order !== undefined && byOrder.get(order) === request) byOrder.delete(order);
      noteForgotten(outcome);
      return;
    }
  }

  function noteForgotten({ partition, offset, timestamp }: Outcome): void {
    const at = BigInt(offset);
    const before = forgotten.get(partition);
    forgotten.set(partition, {
      latest: Math.max(before?.latest ?? 0, timestamp),
      first: before !== undefined && before.first < at ? before.first : at,
    });
  }

  function outcomeOfOrder(order: string): Outcome | undefined {
    const request = byOrder.get(order);
    return request === undefined ? undefined : byRequest.get(request)?.outcome;
  }

  function find({ request, order }: ClaimKeys): Found | undefined {
    const ofRequest = byRequest.get(request)?.outcome;
    if (ofRequest !== undefined && !isOld(ofRequest)) return { by: 'request', outcome: ofRequest };
    const ofOrder = order === undefined ? undefined : outcomeOfOrder(order);
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
      const outcome = byRequest.get(eventId)?.outcome;
      return outcome?.partition === partition && outcome.offset === offset;
    },
    hasForgotten(partition, since, end) {
      const of = forgotten.get(partition);
      return of !== undefined && of.latest >= since && of.first < end;
    },
    size: () => byRequest.size,
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
