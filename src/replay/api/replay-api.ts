import { fits, type Filters } from '../filters.ts';
import { countText, plain } from '../lines.ts';
import type { Output } from '../list.ts';
import { createPace } from '../pace.ts';
import type { Progress } from '../progress.ts';
import type { Answer, SendToApi } from './api-client.ts';
import type { DoneFile } from './done-file.ts';
import { readLine, type LostRequest } from './letter-line.ts';
import { sendAgain } from './send-again.ts';

/** What a replay through the API needs. */
export interface ApiReplayDeps {
  readonly lines: AsyncIterable<string>;
  readonly done: DoneFile;
  readonly send: SendToApi;
  readonly stop: AbortSignal;
  readonly progress: Progress;
  /** How long the API remembers a request, ms. */
  readonly idempotencyTtlMs: number;
}

/** A request and the line it was read from. */
interface Numbered {
  readonly line: number;
  readonly request: LostRequest;
}

/**
 * Sends the requests behind dead-letter lines once more, in the order of the lines. Resolves with whether all of them are done;
 * rejects with a ReplayError.
 */
export async function replayApi(
  { lines, done, send, stop, progress, idempotencyTtlMs }: ApiReplayDeps,
  options: { readonly filters: Filters; readonly dryRun: boolean; readonly ratePerSecond: number },
  { print, say }: Output,
): Promise<boolean> {
  const { broken, requests } = await choose(lines, options.filters, done);
  for (const { line, why } of broken) say(plain(`Line ${line} is passed over: ${why}.`));
  warnOfForgotten(requests, idempotencyTtlMs, say);
  if (options.dryRun) {
    for (const numbered of requests) print(lineOf(numbered));
    say(
      `${countText(requests.length, 'request')} to send, ${countText(broken.length, 'broken line')}. Nothing was sent.`,
    );
    return broken.length === 0;
  }
  const pace = createPace(options.ratePerSecond, stop);
  let [accepted, before, refused] = [0, 0, 0];
  progress.start(requests.length);
  try {
    for (const { line, request } of requests) {
      await pace(1);
      const answer = await sendAgain(request, { send, stop, say: progress.say });
      if (answer === undefined) break;
      progress.done(1);
      if (answer.status === 202) {
        const { status, eventId, orderId, replayed } = answer;
        done.add({ identity: request.identity, status, eventId, orderId });
        accepted += 1;
        before += replayed ? 1 : 0;
      } else {
        refused += 1;
        progress.say(refusalOf(line, request, answer));
      }
    }
  } finally {
    progress.stop();
    const left = requests.length - accepted - refused;
    say(
      `${countText(accepted, 'request')} accepted (${before} of them before), ${refused} refused, ${countText(broken.length, 'broken line')}, ${left} left.`,
    );
  }
  return accepted === requests.length && broken.length === 0;
}

/** The requests that are meant and not done, each once, though a client may have tried it several times. */
async function choose(lines: AsyncIterable<string>, filters: Filters, done: DoneFile) {
  const broken: { line: number; why: string }[] = [];
  const requests = new Map<string, Numbered>();
  let line = 0;
  for await (const text of lines) {
    line += 1;
    for (const read of readLine(text)) {
      if (read.kind === 'broken') broken.push({ line, why: read.why });
      if (read.kind !== 'letter') continue;
      const { request } = read;
      if (!fits(filters, request.facts) || done.has(request.identity)) continue;
      requests.set(request.identity, { line, request });
    }
  }
  return { broken, requests: [...requests.values()] };
}

/** After that time the API cannot tell a repeat from a new request: what has landed then would be there twice. */
function warnOfForgotten(requests: readonly Numbered[], ttlMs: number, say: Output['say']): void {
  const before = Date.now() - ttlMs;
  const old = requests.filter(({ request }) => request.outcome === 'unknown' && request.facts.time < before);
  if (old.length === 0) return;
  say(
    `${countText(old.length, 'request')} with an unknown outcome, older than IDEMPOTENCY_TTL_SECONDS: the API may have forgotten them, and make a second message of what has arrived.`,
  );
}

function lineOf({ line, request }: Numbered): string {
  const { method, path, principal, outcome, error, facts } = request;
  const parts = [`line ${line}`, new Date(facts.time).toISOString(), facts.reason, outcome, `${method} ${path}`];
  return plain(`${[...parts, facts.orderId, `for ${principal}`].join('  ')}  ${error}`);
}

function refusalOf(line: number, { method, path, facts }: LostRequest, { status, problem }: Answer): string {
  return plain(`Line ${line}, ${method} ${path} (${facts.orderId}) is refused: ${status} ${problem}`);
}
