import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import { answerError } from '../http/answer-error.ts';
import { ADMIN, createAuthenticate } from '../http/authenticate.ts';
import { ProblemError } from '../http/problem-error.ts';
import { createReadJson } from '../http/read-json.ts';
import { sendJson } from '../http/reply.ts';
import { requestContext } from '../http/request-context.ts';
import type { Readiness } from '../process/readiness.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DemoFaults, DemoSwitches } from './demo-faults.ts';
import type { OrderStats } from './order-stats.ts';

/** What the worker answers with. */
export interface HealthAppDeps {
  readonly readiness: Readiness;
  /** Why the process should be replaced; undefined while it should not. */
  readonly stuck: () => string | undefined;
  readonly stats: OrderStats;
  readonly switches: DemoSwitches;
  /** ADMIN_API_KEY; without it the switches can only be looked at. */
  readonly adminKey: string | undefined;
  readonly log: Logger;
}

const BODY_LIMIT_BYTES = 4_096;

const whole = z.number().int().min(0).max(2_147_483_647);
const demoFaults = z.strictObject({
  failEvery: whole.optional(),
  slowMs: whole.optional(),
  dieAfter: whole.optional(),
});

/** A fault of the body, at its place: an unknown switch is one at the body to zod, and one at the switch to us. */
function pointedErrors(issue: z.core.$ZodIssue): { pointer: string; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ pointer: pointerOf([name]), message: 'is not a known switch' }));
  return [{ pointer: pointerOf(issue.path), message: issue.message }];
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Health, readiness, counters and demo switches of the worker, on HEALTH_PORT. */
export function createHealthApp({ readiness, stuck, stats, switches, adminKey, log }: HealthAppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestContext);
  const readJson = createReadJson(BODY_LIMIT_BYTES);
  const authenticate = adminKey === undefined ? undefined : createAuthenticate([{ principal: ADMIN, key: adminKey }]);

  app.get('/healthz', (_req, res) => {
    const why = stuck();
    sendJson(
      res,
      why === undefined ? 200 : 503,
      why === undefined ? { status: 'ok' } : { status: 'stuck', detail: why },
    );
  });
  app.get('/readyz', (_req, res) => {
    const { status, checks } = readiness.report();
    sendJson(res, status === 'ready' || status === 'degraded' ? 200 : 503, { status, checks });
  });
  app.get('/stats', (_req, res) => {
    sendJson(res, 200, stats.report());
  });
  app.get('/demo', (_req, res) => {
    sendJson(res, 200, switches.current());
  });
  app.post('/demo', async (req, res) => {
    if (authenticate === undefined)
      throw new ProblemError(
        '/problems/unauthorized',
        'ADMIN_API_KEY is not set, so nobody may set the demo switches.',
      );
    authenticate(req.get('x-api-key'));
    switches.set({ ...switches.current(), ...(await readFaults(req, res)) });
    log.warn('demo switches set', { ...switches.current() });
    sendJson(res, 200, switches.current());
  });
  app.use((req: Request) => {
    throw new ProblemError('/problems/not-found', `There is nothing at ${req.path}.`);
  });
  app.use(answerError(log));
  return app;

  async function readFaults(req: Request, res: Response): Promise<Partial<DemoFaults>> {
    const { value } = await readJson(req, res);
    const result = demoFaults.safeParse(value);
    if (result.success)
      return Object.fromEntries(Object.entries(result.data).filter(([, given]) => given !== undefined));
    const errors = result.error.issues.flatMap(pointedErrors);
    throw new ProblemError('/problems/validation-failed', 'The body is not a set of demo switches.', { errors });
  }
}
