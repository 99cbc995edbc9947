import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem-error.ts';

/** A key and whose it is. */
export interface ApiKey {
  readonly principal: string;
  readonly key: string;
}

/** Whose request it is, and who has sent it where that is somebody else. */
export interface Caller {
  readonly principal: string;
  /** The principal of the key, where it acts on behalf of another. */
  readonly actor?: string;
}

/**
 * Finds who a request is from by its key, and for whom by its X-On-Behalf-Of, whose form the contract checks. Throws a
 * ProblemError: 401 for a missing or unknown key, 403 for a key that may not act for others.
 */
export type Authenticate = (key: string | undefined, onBehalfOf?: string) => Caller;

/** The principal of ADMIN_API_KEY, and the only one that may act on behalf of others. The configuration gives it to no other key. */
export const ADMIN = 'admin';

/**
 * Compares in constant time: digests, so that lengths do not show either, and all keys, so that the place of the right
 * one does not show.
 */
export function createAuthenticate(keys: readonly ApiKey[]): Authenticate {
  const known = keys.map(({ principal, key }) => ({ principal, digest: digestOf(key) }));

  function ownerOf(key: string | undefined): string {
    if (key === undefined || key === '') {
      throw new ProblemError('/problems/unauthorized', 'The X-API-Key header is missing.');
    }
    const digest = digestOf(key);
    let principal: string | undefined;
    for (const candidate of known) {
      if (timingSafeEqual(candidate.digest, digest)) principal = candidate.principal;
    }
    if (principal === undefined) throw new ProblemError('/problems/unauthorized', 'X-API-Key is not a known key.');
    return principal;
  }

  return (key, onBehalfOf) => {
    const owner = ownerOf(key);
    if (onBehalfOf === undefined) return { principal: owner };
    if (owner !== ADMIN) {
      throw new ProblemError('/problems/forbidden', 'X-On-Behalf-Of is for the key of operators alone.');
    }
    return { principal: onBehalfOf, actor: owner };
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
