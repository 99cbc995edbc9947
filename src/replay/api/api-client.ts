import type { LostRequest } from './letter-line.ts';

/** What the API said. */
export interface Answer {
  readonly status: number;
  /** It had been accepted before. */
  readonly replayed: boolean;
  readonly eventId: unknown;
  readonly orderId: unknown;
  /** The type of a problem and what it says of this request, for a person. */
  readonly problem: string;
  /** ms; undefined where the answer names no time. */
  readonly retryAfterMs: number | undefined;
}

/** Sends a request in its principal's name. Rejects with the errors of fetch. */
export type SendToApi = (request: LostRequest) => Promise<Answer>;

/** Longer than PUBLISH_TIMEOUT_MS may be, ms: who gives up before the answer learns nothing. */
const ANSWER_WITHIN_MS = 90_000;

/** `key` is that of operators. */
export function createApiClient({ url, key }: { readonly url: string; readonly key: string }): SendToApi {
  return async ({ method, path, body, requestId, principal }) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'X-API-Key': key,
        'X-On-Behalf-Of': principal,
        'Idempotency-Key': requestId,
      },
      body: JSON.stringify(body),
      // A POST that follows a redirect may become a GET.
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const said = objectOf(await response.text());
    return {
      status: response.status,
      replayed: response.headers.get('Idempotent-Replayed') === 'true',
      eventId: said['eventId'],
      orderId: said['orderId'],
      problem: [said['type'], said['detail']].filter((part) => typeof part === 'string').join(': '),
      retryAfterMs: waitOf(response.headers.get('Retry-After')),
    };
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {}; // a proxy's page
  }
}

function waitOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
