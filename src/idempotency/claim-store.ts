import type { Backend } from '../publishing/publisher.ts';

/** How an accepted request ended: all that its first answer said and a repeat must say again. */
export interface Outcome {
  readonly eventId: string;
  readonly requestId: string;
  /** Of principal and body; see `fingerprint.ts`. */
  readonly fingerprint: string;
  readonly backend: Backend;
  readonly topic: string;
  readonly partition: number;
  /** Decimal. */
  readonly offset: string;
  /** The record's timestamp, ms since the epoch. */
  readonly timestamp: number;
}

/** What a request is known by. Two requests that share a key are repeats of each other, or contradict each other. */
export interface ClaimKeys {
  /** The event id, a UUID: principal, operation and request id (and the orderId of a PATCH). */
  readonly request: string;
  /** The orderId a POST would create; absent for a PATCH. */
  readonly order?: string;
}

/** Which of a request's keys something was found under. */
export type KeyName = keyof ClaimKeys;

/** A claim that this process holds. */
export interface Claim {
  readonly keys: ClaimKeys;
  readonly fingerprint: string;
  /** Nobody else's claim has the same. */
  readonly token: string;
  /** When it was taken, ms since the epoch on the clock of the store. The record published under it carries this timestamp. */
  readonly claimedAt: number;
  /**
   * Set where an earlier attempt at this request may be on the topic: it was stamped at or after `since`, and a record of it
   * cannot be appended after `until` any more, which has passed (both on the clock of the store). The log must be asked first.
   */
  readonly doubt?: Doubt;
}

/** A claim that must not be published under before the log has been asked. */
export type DoubtfulClaim = Claim & { readonly doubt: Doubt };

/** The time in which an attempt that nobody can vouch for may have been stamped. ms since the epoch. */
export interface Doubt {
  readonly since: number;
  readonly until: number;
  /** The store may have forgotten claims, so that nobody can say what else the request id was used for. */
  readonly claimsLost?: true;
}

/** An outcome and what it was found under. */
export interface Found {
  readonly by: KeyName;
  readonly outcome: Outcome;
}

/** What a store says of a request. */
export type ClaimAnswer =
  /** Taken. The caller ends it with exactly one of `complete`, `release`, `settle`, `unsettle` and `abandon`. */
  | { readonly kind: 'mine'; readonly claim: Claim }
  /** Ended before, with this outcome. */
  | ({ readonly kind: 'done' } & Found)
  /**
   * Somebody else has it. Nobody can take it over for `remainingMs`; under a request key with another fingerprint never, for its
   * record may stand on another partition than the one that would be asked. `abandoned`: its holder has said that it does not
   * know how it ended and is not at it any more.
   */
  | {
      readonly kind: 'held';
      readonly by: KeyName;
      readonly fingerprint: string;
      readonly heldForMs: number;
      readonly remainingMs: number;
      readonly abandoned: boolean;
    }
  /** The store has lost its memory and cannot yet vouch for anybody. Nothing was taken. */
  | { readonly kind: 'wait'; readonly remainingMs: number };

/** What a request is claimed with. */
export interface ClaimRequest {
  readonly keys: ClaimKeys;
  readonly fingerprint: string;
}

/** How the store is, for /readyz. One line for people. */
export interface ClaimStoreHealth {
  readonly status: 'pass' | 'warn';
  readonly detail: string;
}

/**
 * Who is at which request, and how requests ended. Every key of a request is claimed at once or none is.
 *
 * A claim is held for the time of the fence (`holdMs`): from its `claimedAt` on, a record stamped with it can be appended for
 * that long and no longer. Only then may another take the key, and takes the doubt with it.
 */
export interface ClaimStore {
  /** Rejects with a ClaimsUnavailableError, and then has taken nothing that outlives the fence. */
  claim(request: ClaimRequest): Promise<ClaimAnswer>;
  /** Ended as `outcome` says; repeats are told so for IDEMPOTENCY_TTL_SECONDS. */
  complete(claim: Claim, outcome: Outcome): Promise<void>;
  /**
   * Certainly not on the topic, now or later: forgets the claim. Resolves with false where it was somebody else's by then, and
   * nothing was changed.
   */
  release(claim: Claim): Promise<boolean>;
  /**
   * Nothing was published under this claim, for the log has what an earlier attempt made: repeats of that one, and others of its
   * order, are told so. A request of its own is forgotten, and an order that the outcome may not be of keeps its doubt.
   */
  settle(claim: DoubtfulClaim, found: Found): Promise<void>;
  /** Nothing was published under this claim, but the doubt it came with stands: the next one may take it at once, with that doubt. */
  unsettle(claim: Claim): Promise<void>;
  /** The record may be on the topic, or may yet be; nobody is at it any more. It stays held until the fence has passed. */
  abandon(claim: Claim): Promise<void>;
  /** Rejects with a ClaimsUnavailableError whose message says what to do. */
  health(): Promise<ClaimStoreHealth>;
  close(): Promise<void>;
}

/** The store cannot be asked. The message is one line fit for clients: which setting to look at, no addresses, no secrets. */
export class ClaimsUnavailableError extends Error {
  override readonly name = 'ClaimsUnavailableError';
}
