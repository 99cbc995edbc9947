import { randomUUID } from 'node:crypto';
import { logBarrier, type OrderEvent } from '../domain/events.ts';
import type { EventPublisher, Receipt } from '../publishing/publisher.ts';
import type { TopicReader } from '../reading/topic-reader.ts';
import type { Claim, ClaimKeys, Doubt } from './claim-store.ts';
import { createOutcomes, keysOf, outcomeOf, type Found, type Outcomes } from './outcomes.ts';

/** Follows the topic for this process. */
export interface FollowedTopic {
  /** Resolves when everything before the offset has been read into the outcomes; rejects when that takes too long. */
  reached(partition: number, offset: bigint): Promise<void>;
  /**
   * Since when every record of the partition has been read, ms since the epoch; 0 for all of them. Undefined where the
   * partition is not followed.
   */
  followedSince(partition: number): number | undefined;
}

/**
 * Says where the request of a claim in doubt stands on the topic, or that it is certainly not there: an earlier attempt
 * cannot land any more, and what has landed has been read. Rejects when that cannot be found out now.
 */
export type AskLog = (event: OrderEvent, claim: Claim & { readonly doubt: Doubt }) => Promise<Found | undefined>;

/** A barrier that is acknowledged and read up to: what was stamped long enough before it is before it, or nowhere. */
interface Proof {
  /** On the clock of the claims, ms since the epoch. */
  readonly stampedAt: number;
  /** The offset behind it. */
  readonly end: bigint;
  /** What stands before it, read once more where this process does not follow or remember that far back. */
  stretch?: { readonly since: number; readonly seen: Promise<Outcomes> };
}

/**
 * The high watermark proves nothing: a record that is appended but not yet replicated shows later. So a barrier is sent,
 * after the fence has passed: it is stamped with the time of the claim that asks, hence the leader that takes it has a clock
 * that has passed the fence, too; and once all in-sync replicas have it (acks=all), so have they all that stands before it.
 * One barrier serves every doubt that ended before it was stamped.
 */
export function createAskLog(deps: {
  readonly reader: TopicReader;
  readonly publisher: EventPublisher;
  readonly followed: FollowedTopic;
  readonly outcomes: Outcomes;
  /** How many outcomes may be kept of a stretch of a partition (IDEMPOTENCY_MAX). */
  readonly max: number;
  /** What the reader reads. */
  readonly source: Pick<Receipt, 'backend' | 'topic'>;
}): AskLog {
  const { reader, publisher, followed, outcomes, max, source } = deps;
  const proofs = new Map<number, Proof>();
  const underWay = new Map<number, { readonly stampedAt: number; readonly proof: Promise<Proof> }>();

  async function proofOf(partition: number, until: number, stampedAt: number): Promise<Proof> {
    const known = proofs.get(partition);
    if (known !== undefined && known.stampedAt >= until) return known;
    const pending = underWay.get(partition);
    if (pending !== undefined && pending.stampedAt >= until) return pending.proof;
    const proof = prove(partition, stampedAt);
    const entry = { stampedAt, proof };
    underWay.set(partition, entry);
    try {
      return await proof;
    } finally {
      if (underWay.get(partition) === entry) underWay.delete(partition);
    }
  }

  async function prove(partition: number, stampedAt: number): Promise<Proof> {
    const { offset } = await publisher.publish(logBarrier(partition, { id: randomUUID(), timestamp: stampedAt }));
    const proof: Proof = { stampedAt, end: BigInt(offset) + 1n };
    if (followed.followedSince(partition) !== undefined) await followed.reached(partition, proof.end);
    if ((proofs.get(partition)?.stampedAt ?? 0) < stampedAt) proofs.set(partition, proof);
    return proof;
  }

  /** Everything from `since` (ms since the epoch) to the barrier; kept, as others with the same doubt will ask. */
  function stretchOf(partition: number, proof: Proof, since: number): Promise<Outcomes> {
    if (proof.stretch !== undefined && proof.stretch.since <= since) return proof.stretch.seen;
    const stretch = { since, seen: read(partition, since, proof.end) };
    proof.stretch = stretch;
    stretch.seen.catch(() => {
      if (proof.stretch === stretch) delete proof.stretch;
    });
    return stretch.seen;
  }

  async function read(partition: number, since: number, end: bigint, related = isAny): Promise<Outcomes> {
    const seen = createOutcomes({ max, ttlMs: Infinity });
    await reader.scan(partition, { since, end }, ({ event, offset }) => {
      const keys = keysOf(event);
      if (related(keys)) seen.remember(keys, outcomeOf(event, { ...source, partition, offset: String(offset) }));
    });
    return seen;
  }

  return async (event, { doubt, claimedAt }) => {
    const partition = await reader.partitionOf(event.subject);
    const keys = keysOf(event);
    const proof = await proofOf(partition, doubt.until, claimedAt);
    const known = outcomes.find(keys);
    if (known !== undefined) return known;
    const since = followed.followedSince(partition);
    if (since !== undefined && since <= doubt.since && !outcomes.hasForgotten(partition, doubt.since, proof.end)) {
      return undefined;
    }
    const seen = await stretchOf(partition, proof, doubt.since);
    if (seen.size() < max) return seen.find(keys);
    // Too much to keep: only what concerns this request.
    const related = ({ request, order }: ClaimKeys) =>
      request === keys.request || (order !== undefined && order === keys.order);
    return (await read(partition, doubt.since, proof.end, related)).find(keys);
  };
}

function isAny(_keys: ClaimKeys): boolean {
  return true;
}
