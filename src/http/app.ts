import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { openapiDocument } from '../generated/openapi-document.ts';
import type { Handlers } from '../handlers/contract.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HttpMetrics } from '../telemetry/metrics.ts';
import { answerError } from './answer-error.ts';
import { createAuthenticate, type ApiKey } from './authenticate.ts';
import { bindOperations } from './bind-operations.ts';
import { describeProblem } from './describe-problem.ts';
import { ProblemError } from './problem-error.ts';
import { createReadJson } from './read-json.ts';
import { requestContext, type RequestContext } from './request-context.ts';

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
    log,
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
