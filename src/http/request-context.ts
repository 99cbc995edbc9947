import type { NextFunction, Request, Response } from 'express';
import { ProblemError } from './problem-error.ts';
import { makeRequestId, requestIdOf } from './request-id.ts';

/** What is known of a request from its first moment; in `res.locals`. */
export interface RequestContext {
  requestId: string;
  /** ms since the epoch */
  receivedAt: number;
  /** The operationId once one has matched. */
  operation: string;
}

/** Gives the request its id and its time. Throws a ProblemError for an id that cannot be taken, answered under a made one. */
export function requestContext(req: Request, res: Response<unknown, RequestContext>, next: NextFunction): void {
  const made = makeRequestId();
  res.locals = { requestId: made, receivedAt: Date.now(), operation: 'none' };
  res.setHeader('X-Request-Id', made);
  const requestId = requestIdOf(req, made);
  res.locals.requestId = requestId;
  res.setHeader('X-Request-Id', requestId);
  // Node would answer this itself, without a problem document (see server.ts).
  if (req.headers.host === undefined && req.httpVersion === '1.1') {
    throw new ProblemError('/problems/malformed-request', 'The Host header is missing.');
  }
  next();
}
