import PQueue from 'p-queue';
import pRetry from 'p-retry';
import pTimeout, { TimeoutError } from 'p-timeout';
import type { OrderEvent } from '../domain/events.ts';
import type { DeadLetter, RecordPlace } from '../dead-letters/dead-letter.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { HandlerContext, Handlers } from './handlers/contract.ts';

/** Why an event could not be handled. */
export type HandlerFailure = Pick<DeadLetter, 'reason' | 'error' | 'attempts'>;

/**
 * Hands an event to its handler, again after a failure. Resolves with the failure when that was of no use; never rejects.
 * `begin` is asked before each attempt: until the first the event is easily left to others, and later it may be theirs already. Of
 * those that wait for a turn, who came first has the next one; `cameAt` is of performance.now(), now without it.
 */
export type HandleEvent = (
  event: OrderEvent,
  place: RecordPlace,
  begin: () => boolean,
  cameAt?: number,
) => Promise<HandlerFailure | 'not_begun' | undefined>;

/** 3 attempts in all, as the requirements have it, and how long the first two wait for the next, ms (and up to twice that). */
const ATTEMPTS = 3;
const BACKOFF = { minTimeout: 100, factor: 4, randomize: true };

/** `concurrency` bounds the attempts under way; an event that waits for its next one is none. */
export function createHandleEvent(options: {
  readonly handlers: Handlers;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly log: Logger;
  /** Hears of each attempt that failed and is not the last. */
  readonly onRetry: () => void;
}): HandleEvent {
  const { handlers, concurrency, timeoutMs, log, onRetry } = options;
  const queue = new PQueue({ concurrency });

  async function attemptOnce(event: OrderEvent, place: RecordPlace, attempt: number): Promise<undefined> {
    const abort = new AbortController();
    const { topic, partition, offset } = place;
    try {
      const running = call(handlers, event, { topic, partition, offset, attempt, signal: abort.signal });
      if (running === undefined) return undefined;
      const message = `it took longer than ${timeoutMs} ms (WORKER_HANDLER_TIMEOUT_MS)`;
      await pTimeout(running, { milliseconds: timeoutMs, message });
      return undefined;
    } catch (error) {
      abort.abort();
      throw new AttemptError(error);
    }
  }

  return async (event, place, begin, cameAt = performance.now()) => {
    const tryOnce = (attempt: number): Promise<'not_begun' | undefined> =>
      queue.add(async () => (begin() ? attemptOnce(event, place, attempt) : 'not_begun'), {
        // Thousands may stand in line. Who has waited for his order's last event, or is tried again, must not stand behind them all:
        // nothing would be settled meanwhile, and a drain would have to do all that stands behind him and was begun.
        priority: attempt === 1 ? -cameAt : attempt,
      });
    try {
      return await pRetry(tryOnce, {
        ...BACKOFF,
        retries: ATTEMPTS - 1,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft > 0) onRetry();
          const { id: eventId, subject: orderId } = event;
          log.warn('a handler failed', { eventId, orderId, attempt: attemptNumber, cause: causeOf(error) });
        },
      });
    } catch (error) {
      const { message, cause } = error instanceof AttemptError ? error : new AttemptError(error);
      const reason = cause instanceof TimeoutError ? 'handler_timeout' : 'handler_failed';
      return { reason, error: `The handler failed ${ATTEMPTS} times, last with: ${message}`, attempts: ATTEMPTS };
    }
  };
}

/** Whatever a handler threw, were it a text or a TypeError, for which p-retry would not try again. */
class AttemptError extends Error {
  override readonly name = 'AttemptError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : textOf(cause), { cause });
  }
}

/** Not everything can be made a text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that is no error';
  }
}

function call(handlers: Handlers, event: OrderEvent, context: HandlerContext): void | Promise<void> {
  switch (event.type) {
    case 'orders.order.created.v1':
      return handlers[event.type](event, context);
    case 'orders.order.status-changed.v1':
      return handlers[event.type](event, context);
  }
}
