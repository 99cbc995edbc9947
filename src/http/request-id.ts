import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problem-error.ts';

/** As the contract has it: 1 to 128 visible ASCII characters. */
const VALID = /^[\x21-\x7e]{1,128}$/;

/** The client's X-Request-Id; `made` where there is none. Throws a ProblemError for one that cannot be taken. */
export function requestIdOf(req: IncomingMessage, made: string): string {
  const given = req.headers['x-request-id'];
  if (given === undefined) return made;
  if (typeof given === 'string' && VALID.test(given)) return given;
  throw new ProblemError('/problems/invalid-request-id', 'X-Request-Id must be 1 to 128 visible ASCII characters.');
}

/** A new id for a request that came without one. */
export const makeRequestId: () => string = randomUUID;
