import type { operations } from '../generated/http.ts';
import type { Handler, Reply } from './contract.ts';

/** GET /healthz */
export function getHealth(): Handler<operations['getHealth']> {
  return (): Reply<operations['getHealth']> => ({ status: 200, body: { status: 'ok' } });
}
