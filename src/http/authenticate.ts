import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem-error.ts';

/** A key and whose it is. */
export interface ApiKey {
  readonly principal: string;
  readonly key: string;
}

/** Finds the principal of a key; throws a ProblemError (401) for a missing or unknown one. */
export type Authenticate = (key: string | undefined) => string;

/**
 * Compares in constant time: digests, so that lengths do not show either, and all keys, so that the place of the right
 * one does not show.
 */
export function createAuthenticate(keys: readonly ApiKey[]): Authenticate {
  const known = keys.map(({ principal, key }) => ({ principal, digest: digestOf(key) }));
  return (key) => {
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
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
