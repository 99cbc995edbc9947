import { eventIdOf } from '../../src/domain/identity.ts';

/** What a 202 told. */
export interface Acceptance {
  readonly orderId: string;
  readonly eventId: string;
  readonly partition: number;
  readonly offset: string;
}

/** What clients were told, request by request. Requests are named by the id of the event they would make. */
export interface LoadResult {
  readonly accepted: readonly Acceptance[];
  /** Told that it is certainly not on the topic: not published, overloaded, stopping. */
  readonly notPublished: readonly string[];
  /** Told that it may be on the topic. */
  readonly unknown: readonly string[];
  /** Ended without an answer. */
  readonly unanswered: readonly { readonly eventId: string; readonly error: string }[];
  /** Anything that should never be answered here. */
  readonly unexpected: readonly string[];
  /** Longest time to an answer, ms. */
  readonly slowestMs: number;
}

/** A load under way. */
export interface RunningLoad {
  /** Each resolves when that many more requests have had this answer than when it was called. */
  waitForAccepted(more: number): Promise<void>;
  waitForNotPublished(more: number): Promise<void>;
  waitForUnknown(more: number): Promise<void>;
  stop(): Promise<LoadResult>;
}

const PRINCIPAL = 'default';

/**
 * Clients that post orders one after the other, `clients` at a time, each with a new id, and never repeat one: what is
 * doubled afterwards was doubled by the service.
 */
export function startOrderLoad(options: { url: string; key: string; clients: number; pauseMs?: number }): RunningLoad {
  const { url, key, clients, pauseMs = 0 } = options;
  const accepted: Acceptance[] = [];
  const notPublished: string[] = [];
  const unknown: string[] = [];
  const unanswered: { eventId: string; error: string }[] = [];
  const unexpected: string[] = [];
  const waiters = new Set<() => void>();
  const run = `${process.pid}-${Math.round(performance.now())}`;
  let stopped = false;
  let sent = 0;
  let slowestMs = 0;

  async function post(): Promise<void> {
    sent += 1;
    const requestId = `load-${run}-${sent}`;
    const eventId = eventIdOf({ principal: PRINCIPAL, operationId: 'createOrder', requestId });
    const start = performance.now();
    try {
      const response = await fetch(`${url}/orders`, {
        method: 'POST',
        headers: { 'X-API-Key': key, 'X-Request-Id': requestId, 'Content-Type': 'application/json' },
        body: JSON.stringify(orderOf(requestId)),
      });
      sort(eventId, response.status, await response.text());
    } catch (error) {
      unanswered.push({ eventId, error: describe(error) });
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }

  function sort(eventId: string, status: number, text: string): void {
    const body = JSON.parse(text) as Partial<Acceptance> & { type?: string };
    const { orderId, partition, offset } = body;
    if (status === 202 && orderId !== undefined && partition !== undefined && offset !== undefined) {
      accepted.push({ orderId, eventId: body.eventId ?? '', partition, offset });
    } else if (body.type === '/problems/outcome-unknown') unknown.push(eventId);
    else if (status === 503) notPublished.push(eventId);
    else unexpected.push(`${status} ${text}`);
    for (const wake of waiters) wake();
  }

  function waitFor(answers: readonly unknown[], more: number): Promise<void> {
    const enough = answers.length + more;
    return new Promise((resolve) => {
      const wake = (): void => {
        if (answers.length < enough) return;
        waiters.delete(wake);
        resolve();
      };
      waiters.add(wake);
    });
  }

  async function client(): Promise<void> {
    while (!stopped) {
      await post();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  const running = Promise.all(Array.from({ length: clients }, client));
  return {
    waitForAccepted: (more) => waitFor(accepted, more),
    waitForNotPublished: (more) => waitFor(notPublished, more),
    waitForUnknown: (more) => waitFor(unknown, more),
    async stop() {
      stopped = true;
      await running;
      return { accepted, notPublished, unknown, unanswered, unexpected, slowestMs };
    },
  };
}

function orderOf(requestId: string) {
  const items = [{ sku: 'sku-1', quantity: 2, unitPrice: 29.99 }];
  return { orderId: requestId, customerId: 'load', items, totalAmount: 59.98, tenantId: 'load', channel: 'demo' };
}

/** What fetch hides under its cause. Not by `instanceof`: under Jest its errors are of another realm. */
function describe(error: unknown): string {
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause === undefined ? String(error) : `${cause.code ?? 'no code'}: ${cause.message ?? ''}`;
}
