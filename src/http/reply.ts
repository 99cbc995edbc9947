import type { Response } from 'express';
import { PROBLEMS } from './problems.ts';
import type { ProblemError } from './problem-error.ts';

/** Sends a JSON answer. Orders are not for caches to keep. */
export function sendJson(res: Response, status: number, body: unknown, contentType = 'application/json'): void {
  res.status(status);
  res.setHeader('Cache-Control', 'no-store');
  res.setHeader('Content-Type', contentType);
  res.end(`${JSON.stringify(body)}\n`);
}

/** A problem as RFC 9457 writes it. */
export function problemBody({ type, message: detail, extras }: ProblemError, requestId: string) {
  const { status, title } = PROBLEMS[type];
  const { errors, retryAfter } = extras;
  return { status, body: { type, title, status, detail, requestId, errors, retryAfter } };
}

/** Sends a problem, with the headers that belong to it. */
export function sendProblem(res: Response, problem: ProblemError, requestId: string): void {
  const { status, body } = problemBody(problem, requestId);
  const { allow, retryAfter } = problem.extras;
  if (allow !== undefined) res.setHeader('Allow', allow);
  if (retryAfter !== undefined) res.setHeader('Retry-After', String(retryAfter));
  if (status === 401) res.setHeader('WWW-Authenticate', 'ApiKey');
  sendJson(res, status, body, 'application/problem+json');
}
