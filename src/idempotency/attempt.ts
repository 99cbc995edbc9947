import { setTimeout as sleep } from 'node:timers/promises';
import { claimedAt, type OrderEvent } from '../domain/events.ts';
import { PublishError } from '../publishing/publish-error.ts';
import type { EventPublisher, Receipt } from '../publishing/publisher.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { AskLog } from './ask-log.ts';
import {
  ClaimsUnavailableError,
  type Claim,
  type ClaimAnswer,
  type ClaimStore,
  type DoubtfulClaim,
} from './claim-store.ts';
import { NotAcceptedError, OutcomeUnknownError, RequestIdReusedError, SOON_MS } from './errors.ts';
import { keysOfFound, outcomeOf, type Outcomes } from './outcomes.ts';
import { repeatOf, type Accepted, type Request } from './repeat.ts';

/** Brings a request to its end, from claim to outcome. `deadline`, of performance.now, is until when another's claim is waited for. */
export type AttemptAt = (request: Request, deadline: number) => Promise<Accepted>;

/** What an attempt needs. */
export interface AttemptDeps {
  readonly claims: ClaimStore;
  readonly outcomes: Outcomes;
  readonly publisher: EventPublisher;
  readonly askLog: AskLog;
  readonly log: Logger;
  /** How long a claim is held, ms: the time of the fence. */
  readonly holdMs: () => number;
  /** Told of each event that this process has put on the topic, before its client is. */
  readonly onPublished: (event: OrderEvent, receipt: Receipt) => void;
}

/** How often another replica's claim is looked at, ms; an order takes a few. */
const LOOK_AGAIN_MS = 25;

/** The only place that claims, publishes and ends claims. */
export function createAttempt(deps: AttemptDeps): AttemptAt {
  const { claims, outcomes, publisher, askLog, log, holdMs, onPublished } = deps;

  async function attempt(request: Request, deadline: number): Promise<Accepted> {
    for (;;) {
      const answer = await claim(request);
      switch (answer.kind) {
        case 'mine':
          return publishOnce(request, answer.claim);
        case 'done':
          outcomes.remember(keysOfFound(request, answer), answer.outcome);
          return repeatOf(request, answer);
        case 'wait':
          throw new NotAcceptedError(
            'The claim store has restarted: no order is taken until none that it may have forgotten can still arrive.',
            { retryAfterMs: answer.remainingMs },
          );
        case 'held': {
          refuse(request, answer, performance.now() >= deadline);
          await sleep(LOOK_AGAIN_MS);
          const known = outcomes.find(request.keys);
          if (known !== undefined) return repeatOf(request, known);
        }
      }
    }
  }

  async function claim(request: Request): Promise<ClaimAnswer> {
    try {
      return await claims.claim(request);
    } catch (error) {
      if (!(error instanceof ClaimsUnavailableError)) throw error;
      throw new NotAcceptedError(error.message, { cause: error, retryAfterMs: SOON_MS });
    }
  }

  async function publishOnce(request: Request, taken: Claim): Promise<Accepted> {
    const { doubt } = taken;
    const earlier = doubt && (await lookFor(request, { ...taken, doubt }));
    if (earlier !== undefined) return earlier;
    const event = claimedAt(request.event, taken.claimedAt);
    const heldUntil = performance.now() + holdMs();
    const receipt = await publisher.publish(event).catch((error: unknown) => endOf(error, request, taken, heldUntil));
    const outcome = outcomeOf(event, receipt, request.fingerprint);
    outcomes.remember(request.keys, outcome);
    onPublished(event, receipt);
    await told(claims.complete(taken, outcome), 'complete', request);
    return { outcome, replayed: false };
  }

  /** What the log has of an earlier attempt at the request or its order; then the claim is ended. */
  async function lookFor(request: Request, taken: DoubtfulClaim): Promise<Accepted | undefined> {
    const found = await askLog(request.event, taken).catch(async (error: unknown) => {
      await told(claims.unsettle(taken), 'unsettle', request);
      throw new OutcomeUnknownError('The topic could not be asked whether it has the order: repeat with the same id.', {
        cause: error,
        retryAfterMs: SOON_MS,
      });
    });
    if (found === undefined) return undefined;
    outcomes.remember(keysOfFound(request, found), found.outcome);
    await told(claims.settle(taken, found), 'settle', request);
    return repeatOf(request, found);
  }

  /** What comes of a failed publish: the receipt after all, or the error that ends the claim. */
  async function endOf(error: unknown, request: Request, taken: Claim, heldUntil: number): Promise<Receipt> {
    if (error instanceof PublishError && error.underWay !== undefined) {
      return error.underWay.catch((last: unknown) => endOf(last, request, taken, heldUntil));
    }
    if (error instanceof PublishError && error.outcome === 'rejected') {
      const ours = await claims.release(taken).catch(() => true); // not forgotten, then, but held until the fence
      if (ours) throw error;
      throw new OutcomeUnknownError('The request took so long that another replica has taken it over.', {
        cause: error,
        retryAfterMs: SOON_MS,
      });
    }
    await told(claims.abandon(taken), 'abandon', request);
    // Anything else is a fault of ours, and its words are not for clients.
    if (!(error instanceof PublishError)) throw error;
    throw new OutcomeUnknownError(error.message, { cause: error, retryAfterMs: heldUntil - performance.now() });
  }

  /** The claim ends by itself when the fence has passed; that the store could not be told is no reason to tell the client less. */
  async function told(ended: Promise<unknown>, how: string, { event }: Request): Promise<void> {
    await ended.catch((error: unknown) => {
      const { id, subject, data } = event;
      const fields = { eventId: id, orderId: subject, requestId: data.metadata.requestId };
      log.warn('the claim store could not be told how a request ended', {
        how,
        ...fields,
        cause: causeOf(error) ?? String(error),
      });
    });
  }

  return attempt;
}

type Held = Extract<ClaimAnswer, { kind: 'held' }>;

/** Throws where waiting for the other's claim is not worth its while. */
function refuse({ event, fingerprint }: Request, held: Held, late: boolean): void {
  const same = held.fingerprint === fingerprint;
  if (!same && held.by === 'request') throw new RequestIdReusedError(event.data.metadata.requestId);
  if (!late && !held.abandoned) return;
  // A holder that has been at it for longer than a publish may take is probably gone.
  const retryAfterMs = held.abandoned || held.heldForMs > held.remainingMs ? held.remainingMs : SOON_MS;
  if (same) {
    throw new OutcomeUnknownError('An earlier attempt at this request has no known end yet.', { retryAfterMs });
  }
  throw new NotAcceptedError(`Another request for the order ${event.subject} has no known end yet.`, { retryAfterMs });
}
