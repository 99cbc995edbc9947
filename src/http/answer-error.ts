import type { NextFunction, Request, Response } from 'express';
import { isUnavailable } from '../idempotency/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import { ProblemError } from './problem-error.ts';
import { sendProblem } from './reply.ts';
import type { RequestContext } from './request-context.ts';
import { toProblem } from './to-problem.ts';

/** Answers whatever was thrown with a problem, and logs it. Express knows an error handler by its four parameters. */
export function answerError(log: Logger) {
  return (error: unknown, req: Request, res: Response<unknown, RequestContext>, next: NextFunction): void => {
    const problem = ofExpress(error) ?? toProblem(error);
    const { requestId, operation } = res.locals;
    const fields = { requestId, operation, method: req.method, problem: problem.type, detail: problem.message };
    if (problem.type === '/problems/internal-error') log.error('request failed', { ...fields, error: stackOf(error) });
    else if (!isUnavailable(error)) log.info('request refused', fields); // that one is in the log already
    if (res.headersSent) next(error);
    else sendProblem(res, problem, requestId);
  };
}

/** A path that cannot be decoded is found by Express itself. */
function ofExpress(error: unknown): ProblemError | undefined {
  return error instanceof URIError
    ? new ProblemError('/problems/malformed-request', 'The path has a percent sign that does not encode UTF-8.')
    : undefined;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
