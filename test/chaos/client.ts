import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Acceptance, BookKeeper } from './book.ts';
import { attemptOnce, type AttemptResult } from './http-attempt.ts';
import type { Random } from './random.ts';
import type { ChaosRequest } from './requests.ts';

/** What clients have in common. */
export interface ClientOptions {
  readonly ports: readonly number[];
  readonly apiKey: string;
  readonly random: Random;
  readonly keeper: BookKeeper;
  /** Whether there is still time to repeat. */
  readonly mayGoOn: () => boolean;
}

/** How a request is sent on its way. */
interface Way {
  /** Under another X-Request-Id at every attempt. */
  readonly renamed: boolean;
  /** It was accepted before: the answer must say that it is a repeat. */
  readonly repeat: boolean;
}

/** How long a client waits for an answer; different ones, so that a frozen replica does not hold all of them equally long. */
const TIMEOUT_MS = [2_000, 10_000] as const;
const LONGEST_PAUSE_MS = 1_000;
/** Of one request; who looks for a fault needs the first and the last attempts. */
const HISTORY_MAX = 60;

/**
 * Sends a request and repeats it blindly, with the same id to any replica, until it is accepted; then once more where the
 * request says so. Never rejects; what came of it is in the book. Resolves with the first acceptance, if there was one.
 */
export async function settle(request: ChaosRequest, options: ClientOptions): Promise<Acceptance | undefined> {
  const { ports, apiKey, random, keeper, mayGoOn } = options;
  const history: string[] = [];
  const begun = performance.now();
  let first: Acceptance | undefined;

  const way = { renamed: request.renamed, repeat: false };
  await Promise.all(request.twin ? [untilAccepted(way), untilAccepted(way)] : [untilAccepted(way)]);
  if (first !== undefined && request.repeat !== 'no') {
    await sleep(random.between(0, 500));
    await untilAccepted({ renamed: request.renamed || request.repeat === 'renamed', repeat: true });
  }
  if (history.length === 1) history.length = 0; // it says nothing that the book does not
  return first;

  async function untilAccepted(on: Way): Promise<void> {
    for (let failures = 0; mayGoOn(); failures += 1) {
      const result = await attempt(on);
      const { status } = result;
      if (status === 202) {
        accepted(result, on);
        return;
      }
      if (status !== undefined && status !== 503 && status !== 429) {
        keeper.unexpected(`${request.method} ${request.path} (${request.id}): ${status} ${result.text}`, history);
        if (status < 500) return;
      }
      await sleep(pauseAfter(result, failures) * random.between(0.5, 1.2));
    }
    keeper.unsettled(`${request.method} ${request.path} (${request.id})`, history);
  }

  async function attempt(on: Way): Promise<AttemptResult> {
    const port = random.pick(ports);
    const started = performance.now();
    const result = await attemptOnce({
      port,
      method: request.method,
      path: request.path,
      headers: { 'X-API-Key': apiKey, ...namesOf(request, on) },
      body: request.body,
      timeoutMs: random.between(...TIMEOUT_MS),
    });
    const ms = Math.round(performance.now() - started);
    const outcome = outcomeOf(result);
    keeper.attempt(outcome, ms);
    if (history.length === HISTORY_MAX) history.splice(HISTORY_MAX / 2, 1);
    const clock = new Date(performance.timeOrigin + started).toISOString();
    history.push(`${clock} replica ${ports.indexOf(port) + 1}: ${outcome} after ${ms} ms`);
    return result;
  }

  function accepted({ text, headers }: AttemptResult & { status: number }, on: Way): void {
    const told = JSON.parse(text) as Acceptance; // what the contract says of a 202, which other suites hold it to
    const replayed = headers['idempotent-replayed'] === 'true';
    if (replayed) keeper.replayed();
    if (on.repeat && !replayed) keeper.differs(`${told.eventId}: a repeat was not answered as one`, history);
    if (first !== undefined) {
      keeper.again(first, told, { renamed: on.renamed, history });
      return;
    }
    first = told;
    keeper.accept(told, { change: request.kind === 'change', ms: Math.round(performance.now() - begun), history });
  }
}

/** A client that names its key may pass a proxy that makes an X-Request-Id for each attempt. */
function namesOf({ id, header }: ChaosRequest, { renamed }: Way): Record<string, string> {
  if (header === 'Idempotency-Key') return { 'Idempotency-Key': id, 'X-Request-Id': randomUUID() };
  return { 'X-Request-Id': renamed ? randomUUID() : id };
}

/** The status with the last part of the problem's type, or why there is none. */
function outcomeOf(result: AttemptResult): string {
  if (result.status === undefined) return result.reason;
  const problem = /"type":"\/problems\/([a-z-]+)"/.exec(result.text)?.[1];
  return problem === undefined ? String(result.status) : `${result.status} ${problem}`;
}

/** ms. What says nothing of when to come again is tried again soon, and then less often. */
function pauseAfter(result: AttemptResult, failures: number): number {
  if (result.status === undefined) return Math.min(100 * 2 ** failures, LONGEST_PAUSE_MS);
  const seconds = Number(result.headers['retry-after'] ?? 0);
  return Math.min(seconds * 1_000, LONGEST_PAUSE_MS) + 50;
}
