import type { Delivery } from '../consuming/topic-consumer.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { OrderEvent } from '../domain/events.ts';
import { decodeEvent } from '../reading/decode-event.ts';
import type { HandleEvent, HandlerFailure } from './handle-event.ts';
import { createSeenEvents, type SeenEvents } from './seen-events.ts';

/** What became of a delivery: it needs nothing more, it was not begun, or it is to be set aside. */
export type Outcome = 'done' | 'not_begun' | DeadLetter;

/** Brings one delivery to its outcome; never rejects. `begin` is asked before it is handed to its handler. */
export type ProcessDelivery = (delivery: Delivery, begin: () => boolean) => Promise<Outcome>;

/** What processing reports. */
export interface ProcessMetrics {
  /** `acceptedAt` is when the API claimed the request, ms since the epoch. */
  handled(acceptedAt: number): void;
  deduplicated(): void;
}

/** All partitions with one number: the orders' and what is replayed of them. */
export interface Shard {
  readonly process: ProcessDelivery;
  /** What was handled of the partition of a topic. */
  readonly seen: (topic: string) => SeenEvents;
}

/**
 * The events of one order are handled one after the other, in the order in which they are given to `process`; others beside them.
 * An event that was handled is not handled again, on whichever topic it comes, and one that is being handled is waited for.
 * A shard outlives the leases of its partitions: what is under way when one ends is known to the next.
 */
export function createShard(options: {
  readonly handle: HandleEvent;
  readonly dedupMax: number;
  readonly metrics: ProcessMetrics;
}): Shard {
  const { handle, dedupMax, metrics } = options;
  const seenByTopic = new Map<string, SeenEvents>();
  const lastOfOrder = new Map<string, Promise<unknown>>();
  const underWay = new Map<string, Promise<unknown>>();

  function seen(topic: string): SeenEvents {
    const known = seenByTopic.get(topic);
    if (known !== undefined) return known;
    const made = createSeenEvents(dedupMax);
    seenByTopic.set(topic, made);
    return made;
  }

  function wasHandled(id: string): boolean {
    for (const each of seenByTopic.values()) if (each.has(id)) return true;
    return false;
  }

  async function process(delivery: Delivery, begin: () => boolean): Promise<Outcome> {
    const decoded = decodeEvent(delivery);
    switch (decoded.kind) {
      case 'barrier':
        return 'done';
      case 'skip':
        return letterOf(delivery, { reason: decoded.reason, error: decoded.detail, attempts: 0 });
      case 'order': {
        const cameAt = performance.now();
        return inOrder(decoded.event, () => handleOnce(decoded.event, delivery, begin, cameAt));
      }
    }
  }

  async function inOrder(event: OrderEvent, run: () => Promise<Outcome>): Promise<Outcome> {
    const before = lastOfOrder.get(event.subject);
    const mine = before === undefined ? run() : before.then(run);
    lastOfOrder.set(event.subject, mine);
    try {
      return await mine;
    } finally {
      if (lastOfOrder.get(event.subject) === mine) lastOfOrder.delete(event.subject);
    }
  }

  async function handleOnce(
    event: OrderEvent,
    delivery: Delivery,
    begin: () => boolean,
    cameAt: number,
  ): Promise<Outcome> {
    // One id on two orders is none of ours, but an id is an id.
    while (underWay.has(event.id)) await underWay.get(event.id);
    if (wasHandled(event.id)) {
      metrics.deduplicated();
      return 'done';
    }
    const running = handle(event, delivery, begin, cameAt);
    underWay.set(event.id, running);
    const failure = await running;
    underWay.delete(event.id);
    if (failure === 'not_begun') return failure;
    if (failure !== undefined) return letterOf(delivery, failure);
    seen(delivery.topic).add(event.id);
    metrics.handled(Date.parse(event.data.metadata.timestamp));
    return 'done';
  }

  return { process, seen };
}

function letterOf(record: Delivery, failure: HandlerFailure): DeadLetter {
  return { record, ...failure, time: Date.now() };
}
