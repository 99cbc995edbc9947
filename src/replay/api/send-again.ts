import { ReplayError } from '../errors.ts';
import { plain } from '../lines.ts';
import { pause } from '../pace.ts';
import type { Answer, SendToApi } from './api-client.ts';
import type { LostRequest } from './letter-line.ts';

/** It may pass; the same request with the same id finds out, however often it is sent. */
const MAY_PASS: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

const WAIT_MS = 1_000;
/** Longer waits come from a clock that is wrong, ms. */
const WAIT_MAX_MS = 300_000;

/** So many broken connections one after the other are no accident. */
const BROKEN_MAX = 5;

/**
 * Sends a request until the API has said how it ended; undefined where the replay is asked to stop before. Rejects with a
 * ReplayError where no other request would fare better.
 */
export async function sendAgain(
  request: LostRequest,
  { send, stop, say }: { readonly send: SendToApi; readonly stop: AbortSignal; readonly say: (line: string) => void },
): Promise<Answer | undefined> {
  let said: string | undefined;
  const wait = async (why: string, ms: number): Promise<void> => {
    if (why !== said) say(plain(`Waiting, again and again: ${why}`));
    said = why;
    await pause(Math.min(ms, WAIT_MAX_MS), stop);
  };
  for (let broken = 0; !stop.aborted;) {
    let answer: Answer;
    try {
      answer = await send(request);
    } catch (error) {
      broken += 1;
      const why = whyOf(error);
      if (broken === BROKEN_MAX || /ECONNREFUSED|ENOTFOUND/.test(why))
        throw new ReplayError(`The API cannot be reached (${why}): check --url, and that it runs.`, { cause: error });
      await wait(why, WAIT_MS);
      continue;
    }
    broken = 0;
    const { status, problem, retryAfterMs = WAIT_MS } = answer;
    if (status === 401 || status === 403)
      throw new ReplayError(plain(`The API refuses the key (${status}): it must be its ADMIN_API_KEY. ${problem}`));
    if (!MAY_PASS.has(status)) return answer;
    await wait(`${status} ${problem}`, retryAfterMs);
  }
  return undefined;
}

/** fetch itself says only that it failed; of a name with several addresses, what lies behind has a code and no words. */
function whyOf(error: unknown): string {
  let why = String(error);
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    why = [code, at.message.replace(code, '').trim()].filter((part) => part !== '').join(' ');
  }
  return why;
}
