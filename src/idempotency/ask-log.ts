import type { OrderEvent } from '../domain/events.ts';
import type { TopicReader } from '../reading/topic-reader.ts';
import type { Receipt } from '../publishing/publisher.ts';
import type { ClaimKeys, Doubt, DoubtfulClaim, Found } from './claim-store.ts';
import { createOutcomes, keysOf, outcomeOf, type Outcomes } from './outcomes.ts';
import type { Proof, Proofs } from './proofs.ts';

/** Follows the topic for this process. */
export interface FollowedTopic {
  /** Resolves when everything before the offset has been read into the outcomes; rejects when that takes too long. */
  reached(partition: number, offset: bigint): Promise<void>;
  /**
   * Since when every record of the partition has been read, ms since the epoch; 0 for all of them. Undefined where the
   * partition is not followed, or not without a hole.
   */
  followedSince(partition: number): number | undefined;
}

/**
 * Says where the request of a claim in doubt stands on the topic, or that it is certainly not there: an earlier attempt
 * cannot land any more, and what has landed has been read. Rejects when that cannot be found out now.
 */
export type AskLog = (event: OrderEvent, claim: DoubtfulClaim) => Promise<Found | undefined>;

/**
 * Looks for a request where it can stand: on the partition of its order, and, where claims were lost and nobody can say what
 * else its id was used for, on every other one. First in what this process has followed and remembers, which is enough in the
 * ordinary case; else the stretch in doubt is read once more. `max`: outcomes kept of a stretch (IDEMPOTENCY_MAX).
 */
export function createAskLog(deps: {
  readonly reader: TopicReader;
  readonly proofs: Proofs;
  readonly followed: FollowedTopic;
  readonly outcomes: Outcomes;
  readonly max: number;
  /** What the reader reads. */
  readonly source: Pick<Receipt, 'backend' | 'topic'>;
}): AskLog {
  const { reader, proofs, followed, outcomes, max, source } = deps;
  const stretches = new WeakMap<Proof, { readonly since: number; readonly seen: Promise<Outcomes> }>();
  let everywhere: { readonly until: number; readonly partitions: Promise<number> } | undefined;

  async function partitionsFor(event: OrderEvent, doubt: Doubt): Promise<readonly number[]> {
    if (doubt.claimsLost !== true || event.type !== 'orders.order.created.v1') {
      return [await reader.partitionOf(event.subject)];
    }
    if (everywhere?.until !== doubt.until) everywhere = { until: doubt.until, partitions: reader.partitions() };
    const { partitions } = everywhere;
    const count = await partitions.catch((error: unknown) => {
      everywhere = undefined;
      throw error;
    });
    return Array.from({ length: count }, (_, partition) => partition);
  }

  /** Whether all that was stamped since the doubt began and stands before the proof is in the outcomes. */
  async function isRemembered(partition: number, { end }: Proof, doubt: Doubt): Promise<boolean> {
    const since = followed.followedSince(partition);
    if (since === undefined || since > doubt.since) return false;
    await followed.reached(partition, end);
    return !outcomes.hasForgotten(partition, doubt.since, end);
  }

  /** Everything from `since` (ms since the epoch) to the proof; kept, as others with the same doubt will ask. */
  function stretchOf(partition: number, proof: Proof, since: number): Promise<Outcomes> {
    const known = stretches.get(proof);
    if (known !== undefined && known.since <= since) return known.seen;
    const stretch = { since, seen: read(partition, since, proof.end) };
    stretches.set(proof, stretch);
    stretch.seen.catch(() => {
      if (stretches.get(proof) === stretch) stretches.delete(proof);
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

  async function findOn(partition: number, proof: Proof, doubt: Doubt, keys: ClaimKeys): Promise<Found | undefined> {
    if (await isRemembered(partition, proof, doubt)) return outcomes.find(keys);
    const seen = await stretchOf(partition, proof, doubt.since);
    if (!seen.hasForgotten(partition, doubt.since, proof.end)) return seen.find(keys);
    // Too much to keep: only what concerns this request.
    const related = ({ request, order }: ClaimKeys) =>
      request === keys.request || (order !== undefined && order === keys.order);
    return (await read(partition, doubt.since, proof.end, related)).find(keys);
  }

  return async (event, { doubt, claimedAt }) => {
    const partitions = await partitionsFor(event, doubt);
    const keys = keysOf(event);
    const found = await Promise.all(
      partitions.map(async (partition) => {
        const proof = await proofs.of(partition, doubt, claimedAt);
        return findOn(partition, proof, doubt, keys);
      }),
    );
    return found.find((one) => one?.by === 'request') ?? found.find((one) => one !== undefined);
  };
}

function isAny(_keys: ClaimKeys): boolean {
  return true;
}
