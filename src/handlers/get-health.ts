import type { operations } from '../generated/http.ts';
import type { Handler } from './contract.ts';

/** GET /healthz */
export function getHealth(): Handler<operations['getHealth']> {
  return () => ({ status: 200, body: { status: 'ok' } });
}
