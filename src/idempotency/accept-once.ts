/**
 * One request, one outcome: the promise of docs/exactly-once.md, from the point of view of one request.
 *
 *   known       its outcome stands in the outcomes (own, or read on the topic) or in the claim store: answered again
 *   under way   another request of this process has the same id or order: waits for it and shares how it ends
 *   held        another replica has it: looked at again until it ends, or the time is over
 *   claimed     ours to publish; where the claim is in doubt, the log is asked first, and what is found there is answered
 *   done        acknowledged: remembered here and in the store, told to everyone who asks
 *   released    certainly not on the topic: forgotten, the next one begins anew
 *   abandoned   nobody knows and nobody is at it: held until the fence has passed, then whoever asks next asks the log
 *
 * An attempt (attempt.ts) outlives the request that began it: whoever asks waits for it at most `waitMs`, is then told
 * "unknown", and joins it again with a repeat.
 */
import pTimeout from 'p-timeout';
import type { OrderEvent } from '../domain/events.ts';
import type { AttemptAt } from './attempt.ts';
import type { KeyName } from './claim-store.ts';
import { OutcomeUnknownError, RequestIdReusedError, SOON_MS } from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import { namesOf } from './key-names.ts';
import { keysOf, type Outcomes } from './outcomes.ts';
import { repeatOf, type Accepted, type Request } from './repeat.ts';

/** Accepts the request behind an event, once, whatever comes twice. */
export interface AcceptOnce {
  /**
   * Rejects with a RequestIdReusedError, an OrderExistsError, a NotAcceptedError or PublishError where the event is certainly
   * not on the topic, an OutcomeUnknownError where that is not known.
   */
  readonly accept: (event: OrderEvent) => Promise<Accepted>;
  /** Whether the request behind the event was accepted before, or is under way, as far as this process knows. */
  readonly isKnown: (event: OrderEvent) => boolean;
  /** Resolves when no attempt is under way. */
  idle(): Promise<void>;
}

/** An attempt that is under way in this process. */
interface UnderWay {
  readonly request: Request;
  readonly ended: Promise<Accepted>;
}

/** `waitMs`: how long a request waits for its outcome. */
export function createAcceptOnce(deps: {
  readonly attempt: AttemptAt;
  readonly outcomes: Outcomes;
  readonly waitMs: number;
}): AcceptOnce {
  const { attempt, outcomes, waitMs } = deps;
  const underWay = new Map<string, UnderWay>();

  async function accept(event: OrderEvent): Promise<Accepted> {
    const request = { event, keys: keysOf(event), fingerprint: fingerprintOf(event) };
    const deadline = performance.now() + waitMs;
    for (;;) {
      const known = outcomes.find(request.keys);
      if (known !== undefined) return repeatOf(request, known);
      const other = otherAt(request);
      if (other === undefined) return within(begin(request, deadline), deadline, waitMs);
      const said = other.fingerprint === request.fingerprint;
      if (!said && other.by === 'request') throw new RequestIdReusedError(request.event.data.metadata.requestId);
      const { outcome } = await within(other.ended, deadline, waitMs).catch((error: unknown) => {
        // How another order with this id ends is nothing to us, but that it has ended.
        if (said || error instanceof StillUnderWayError) throw error;
        return { outcome: undefined };
      });
      if (outcome !== undefined) return repeatOf(request, { by: other.by, outcome });
    }
  }

  function otherAt({ keys }: Request): { by: KeyName; fingerprint: string; ended: Promise<Accepted> } | undefined {
    for (const [by, name] of namesOf(keys)) {
      const other = underWay.get(name);
      if (other !== undefined) return { by, fingerprint: other.request.fingerprint, ended: other.ended };
    }
    return undefined;
  }

  function begin(request: Request, deadline: number): Promise<Accepted> {
    const names = namesOf(request.keys).map(([, name]) => name);
    const ended = attempt(request, deadline).finally(() => {
      for (const name of names) underWay.delete(name);
    });
    ended.catch(() => undefined); // it may end after everybody has left
    for (const name of names) underWay.set(name, { request, ended });
    return ended;
  }

  return {
    accept,
    isKnown(event) {
      const keys = { request: event.id };
      return outcomes.find(keys) !== undefined || namesOf(keys).some(([, name]) => underWay.has(name));
    },
    async idle() {
      await Promise.allSettled([...underWay.values()].map(({ ended }) => ended));
    },
  };
}

class StillUnderWayError extends OutcomeUnknownError {}

function within(ended: Promise<Accepted>, deadline: number, waitMs: number): Promise<Accepted> {
  const message = new StillUnderWayError(
    `The request is still under way after ${waitMs} ms (PUBLISH_TIMEOUT_MS): the backend or the claim store is slow.`,
    { retryAfterMs: SOON_MS },
  );
  return pTimeout(ended, { milliseconds: Math.max(1, deadline - performance.now()), message });
}
