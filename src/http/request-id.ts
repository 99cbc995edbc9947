import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.ts';

/** As the contract has it: 1 to 128 visible ASCII characters. */
const VALID = /^[\x21-\x7e]{1,128}$/;

/**
 * What the client calls its request: its Idempotency-Key, which proxies leave alone, else its X-Request-Id; `made` where there
 * is neither. Throws a ProblemError for one that cannot be taken.
 */
export function requestIdOf(req: IncomingMessage, made: string): string {
  for (const name of ['Idempotency-Key', 'X-Request-Id']) {
    const given = req.headers[name.toLowerCase()];
    if (given === undefined) continue;
    if (typeof given === 'string' && VALID.test(given)) return given;
    throw new ProblemError('/problems/invalid-request-id', `${name} must be 1 to 128 visible ASCII characters.`);
  }
  return made;
}

/** A new id for a request that came without one. */
export const makeRequestId: () => string = randomUUID;
