import type { ClaimRequest, Found, Outcome } from './claim-store.ts';
import type { OrderEvent } from '../domain/events.ts';
import { OrderExistsError, RequestIdReusedError } from './errors.ts';

/** A request as this folder sees it: the event it would make, what it is known by, and what it says. */
export interface Request extends ClaimRequest {
  readonly event: OrderEvent;
}

/** How an accepted request was answered. */
export interface Accepted {
  readonly outcome: Outcome;
  /** Whether it was accepted before, and this is the answer it had then. */
  readonly replayed: boolean;
}

/** The answer to a request whose outcome, or whose order's, is known. Throws where the request says something else. */
export function repeatOf({ event, fingerprint }: Request, { by, outcome }: Found): Accepted {
  if (outcome.fingerprint === fingerprint) return { outcome, replayed: true };
  if (by === 'request') throw new RequestIdReusedError(event.data.metadata.requestId);
  throw new OrderExistsError(event.subject);
}
