import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { openapiDocument } from '../generated/openapi-document.ts';
import type { Handlers } from '../handlers/contract.ts';
import { isUnavailable } from '../idempotency/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HttpMetrics } from '../telemetry/metrics.ts';
import { createAuthenticate, type ApiKey } from './authenticate.ts';
import { bindOperations } from './bind-operations.ts';
import { describeProblem } from './describe-problem.ts';
import { ProblemError } from './problem-error.ts';
import { createReadJson } from './read-json.ts';
import { sendProblem } from './reply.ts';
import { requestContext, type RequestContext } from './request-context.ts';
import { toProblem } from './to-problem.ts';

/** What the application needs; it opens nothing itself. */
export interface AppDeps {
  readonly handlers: Handlers;
  readonly apiKeys: readonly ApiKey[];
  readonly bodyLimitBytes: number;
  readonly log: Logger;
  readonly metrics: HttpMetrics;
  /** While true, answers ask clients to close their connection. */
  readonly isDraining: () => boolean;
}

/** The HTTP application. It never listens: `server.ts` and tests do. Its validators are compiled when this resolves. */
export async function createApp(deps: AppDeps): Promise<Express> {
  const { handlers, apiKeys, bodyLimitBytes, log, metrics, isDraining } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.set('query parser', 'simple');

  app.use(countAnswers(metrics), closeWhileDraining(isDraining), requestContext);
  await bindOperations(app, {
    document: openapiDocument,
    handlers,
    authenticate: createAuthenticate(apiKeys),
    readJson: createReadJson(bodyLimitBytes),
  });
  app.get('/problems/:name', describeProblem);
  app.use((req: Request) => {
    throw new ProblemError('/problems/not-found', `There is nothing at ${req.path}.`);
  });
  app.use(answerError(log));
  return app;
}

function countAnswers(metrics: HttpMetrics) {
  return (_req: Request, res: Response<unknown, RequestContext>, next: NextFunction): void => {
    const start = performance.now();
    res.on('close', () => {
      metrics.answered(res.locals.operation, res.statusCode, (performance.now() - start) / 1000);
    });
    next();
  };
}

function closeWhileDraining(isDraining: () => boolean) {
  return (_req: Request, res: Response, next: NextFunction): void => {
    if (isDraining()) res.setHeader('Connection', 'close');
    next();
  };
}

/** Express knows an error handler by its four parameters. */
function answerError(log: Logger) {
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
