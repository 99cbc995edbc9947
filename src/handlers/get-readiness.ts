import type { operations } from '../generated/http.ts';
import type { Readiness } from '../process/readiness.ts';
import type { Handler, Reply } from './contract.ts';

const RETRY_AFTER_SECONDS = 1;

/** GET /readyz */
export function getReadiness({ readiness }: { readiness: Readiness }): Handler<operations['getReadiness']> {
  return (): Reply<operations['getReadiness']> => {
    const { status, checks } = readiness.report();
    const body = { status, checks };
    return status === 'ready' || status === 'degraded'
      ? { status: 200, body }
      : { status: 503, headers: { 'Retry-After': RETRY_AFTER_SECONDS }, body };
  };
}
