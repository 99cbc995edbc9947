import { randomUUID } from 'node:crypto';
import { logBarrier, type OrderEvent } from '../domain/events.ts';
import type { EventPublisher, Receipt } from '../publishing/publisher.ts';
import type { TopicReader } from '../reading/topic-reader.ts';
import type { Claim, Doubt } from './claim-store.ts';
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

/** A barrier that is acknowledged and read up to: whatever was stamped before `stampedAt - fence` is before it or nowhere. */
interface Proof {
  /** On the clock of the claims, ms since the epoch. */
  readonly stampedAt: number;
  /** The offset behind it. */
  readonly end: bigint;
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
  /** What the reader reads. */
  readonly source: Pick<Receipt, 'backend' | 'topic'>;
}): AskLog {
  const { reader, publisher, followed, outcomes, source } = deps;
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
    const proof = { stampedAt, end: BigInt(offset) + 1n };
    if (followed.followedSince(partition) !== undefined) await followed.reached(partition, proof.end);
    if ((proofs.get(partition)?.stampedAt ?? 0) < stampedAt) proofs.set(partition, proof);
    return proof;
  }

  return async (event, { doubt, claimedAt }) => {
    const partition = await reader.partitionOf(event.subject);
    const keys = keysOf(event);
    const { end } = await proofOf(partition, doubt.until, claimedAt);
    const known = outcomes.find(keys);
    const since = followed.followedSince(partition);
    const allRead = since !== undefined && since <= doubt.since && outcomes.forgottenUpTo() < doubt.since;
    if (known !== undefined || allRead) return known;

    // What this process follows or remembers does not reach back far enough: that stretch is read once more.
    const seen = createOutcomes({ max: Infinity, ttlMs: Infinity });
    await reader.scan(partition, { since: doubt.since, end }, ({ event: other, offset }) => {
      const theirs = keysOf(other);
      const related = theirs.request === keys.request || (keys.order !== undefined && theirs.order === keys.order);
      if (related) seen.remember(theirs, outcomeOf(other, { ...source, partition, offset: String(offset) }));
    });
    return seen.find(keys);
  };
}
