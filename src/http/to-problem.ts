import { OrderNotFoundError, ViewBehindError } from '../domain/errors.ts';
import {
  NotAcceptedError,
  OrderExistsError,
  OutcomeUnknownError,
  RequestIdReusedError,
} from '../idempotency/errors.ts';
import { InvalidCursorError } from '../orders/order-view.ts';
import { PublishError } from '../publishing/publish-error.ts';
import { ProblemError } from './problem-error.ts';
import type { ProblemType } from './problems.ts';

/** Seconds before a repeat is worth its while, when nothing better is known. */
const RETRY_AFTER_SECONDS = 1;

/** The one mapping from the errors of the inside, which know no HTTP, to problems. What it does not know leaks nothing. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof PublishError) return ofPublishing(error);
  if (error instanceof NotAcceptedError) return retryable('/problems/not-published', error);
  if (error instanceof OutcomeUnknownError) return retryable('/problems/outcome-unknown', error);
  if (error instanceof OrderExistsError) return new ProblemError('/problems/order-exists', error.message);
  if (error instanceof RequestIdReusedError) {
    const errors = [{ pointer: '', message: 'is not what this request id was first used with' }];
    return new ProblemError('/problems/request-id-reused', error.message, { errors });
  }
  if (error instanceof ViewBehindError) {
    return new ProblemError('/problems/view-behind', error.message, { retryAfter: RETRY_AFTER_SECONDS });
  }
  if (error instanceof OrderNotFoundError) return new ProblemError('/problems/order-not-found', error.message);
  if (error instanceof InvalidCursorError) {
    const errors = [{ pointer: '/query/cursor', message: error.message }];
    return new ProblemError('/problems/validation-failed', 'The cursor is not valid.', { errors });
  }
  return new ProblemError('/problems/internal-error', 'Something went wrong that should not have; the logs know more.');
}

function retryable(type: ProblemType, { message, retryAfterMs }: NotAcceptedError | OutcomeUnknownError): ProblemError {
  return new ProblemError(type, message, { retryAfter: Math.max(RETRY_AFTER_SECONDS, Math.ceil(retryAfterMs / 1000)) });
}

function ofPublishing({ outcome, reason, message }: PublishError): ProblemError {
  const extras = { retryAfter: RETRY_AFTER_SECONDS };
  if (outcome === 'unknown') return new ProblemError('/problems/outcome-unknown', message, extras);
  if (reason === 'too_large') return new ProblemError('/problems/content-too-large', message);
  if (reason === 'overloaded') return new ProblemError('/problems/overloaded', message, extras);
  return new ProblemError('/problems/not-published', message, extras);
}
