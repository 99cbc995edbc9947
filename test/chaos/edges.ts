import type { Claim, ClaimStore } from '../../src/idempotency/claim-store.ts';

/** The moments of a request at which a process may die or freeze: each leaves the claim, the topic and the client differently. */
export type Edge =
  /** Claimed, nothing published. */
  | 'after claim'
  /** Published, and the claim store does not know. */
  | 'before complete'
  /** Published and noted, and the client does not know. */
  | 'after complete';

/** From the harness to a replica: die or freeze at the next such moment, once. Without an edge: not any more. */
export interface ArmMessage {
  readonly edge?: Edge;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
}

/** From a replica to the harness: it serves; it freezes now. */
export type ReplicaMessage = 'ready' | 'frozen';

/** The same store, which calls `reach` at each edge. */
export function withEdges(claims: ClaimStore, reach: (edge: Edge) => void): ClaimStore {
  return {
    async claim(request) {
      const answer = await claims.claim(request);
      if (answer.kind === 'mine') reach('after claim');
      return answer;
    },
    async complete(claim, outcome) {
      reach('before complete');
      await claims.complete(claim, outcome);
      reach('after complete');
    },
    release: (claim: Claim) => claims.release(claim),
    settle: (claim, found) => claims.settle(claim, found),
    unsettle: (claim: Claim) => claims.unsettle(claim),
    abandon: (claim: Claim) => claims.abandon(claim),
    health: () => claims.health(),
    close: () => claims.close(),
  };
}
