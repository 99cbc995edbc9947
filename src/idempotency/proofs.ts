import { randomUUID } from 'node:crypto';
import { logBarrier } from '../domain/events.ts';
import type { EventPublisher } from '../publishing/publisher.ts';
import type { Doubt } from './claim-store.ts';

/** A barrier that is acknowledged: what was stamped long enough before it stands before it, or nowhere. */
export interface Proof {
  /** On the clock of the claims, ms since the epoch. */
  readonly stampedAt: number;
  /** The offset behind it. */
  readonly end: bigint;
}

/** Proofs of what can still land on a partition: nothing that the doubt is about. */
export interface Proofs {
  /** One that was stamped after the doubt had ended: an earlier one if there is, else a new one, stamped with `claimedAt`. */
  of(partition: number, doubt: Doubt, claimedAt: number): Promise<Proof>;
}

/**
 * The high watermark proves nothing: a record that is appended but not yet replicated shows later. So a barrier is sent,
 * after the fence has passed: it is stamped with the time of the claim that asks, hence the leader that takes it has a clock
 * that has passed the fence, too; and once all in-sync replicas have it (acks=all), so have they all that stands before it.
 * One barrier serves every doubt that ended before it was stamped.
 */
export function createProofs({ publisher }: { readonly publisher: EventPublisher }): Proofs {
  /** By partition and by kind of doubt: the one about lost claims goes on for as long as ids are remembered. */
  const known = new Map<string, Proof>();
  const underWay = new Map<number, { readonly stampedAt: number; readonly proof: Promise<Proof> }>();

  async function prove(partition: number, stampedAt: number): Promise<Proof> {
    const { offset } = await publisher.publish(logBarrier(partition, { id: randomUUID(), timestamp: stampedAt }));
    return { stampedAt, end: BigInt(offset) + 1n };
  }

  async function fresh(partition: number, until: number, claimedAt: number): Promise<Proof> {
    const pending = underWay.get(partition);
    if (pending !== undefined && pending.stampedAt >= until) return pending.proof;
    const entry = { stampedAt: claimedAt, proof: prove(partition, claimedAt) };
    underWay.set(partition, entry);
    try {
      return await entry.proof;
    } finally {
      if (underWay.get(partition) === entry) underWay.delete(partition);
    }
  }

  return {
    async of(partition, { until, claimsLost = false }, claimedAt) {
      const place = `${partition} ${claimsLost}`;
      const earlier = known.get(place);
      if (earlier !== undefined && earlier.stampedAt >= until) return earlier;
      const proof = await fresh(partition, until, claimedAt);
      known.set(place, proof);
      return proof;
    },
  };
}
