import { PublishError } from '../publishing/publish-error.ts';

/** Before a repeat is worth its while where nothing better is known, ms: an attempt that is under way may end any moment. */
export const SOON_MS = 1_000;

/** The request id was used before, for a request that said something else. */
export class RequestIdReusedError extends Error {
  override readonly name = 'RequestIdReusedError';

  constructor(requestId: string) {
    super(`The request id ${requestId} was first used with another body. Send a new request with an id of its own.`);
  }
}

/** The order exists, and what was asked for is another one. */
export class OrderExistsError extends Error {
  override readonly name = 'OrderExistsError';

  constructor(orderId: string) {
    super(`The order ${orderId} exists, from another principal or with another body.`);
  }
}

/** Whether an error says that a request could not be brought to an end now. Who accepts requests has logged it. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof NotAcceptedError || error instanceof OutcomeUnknownError || error instanceof PublishError;
}

/** The event is certainly not on the topic, and this request will not put it there. The message is fit for clients. */
export class NotAcceptedError extends Error {
  override readonly name = 'NotAcceptedError';
  /** When a repeat is worth its while. */
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The event may be on the topic, or may yet be. A repeat with the same id finds out. The message is fit for clients. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
  /** When a repeat can find out. */
  readonly retryAfterMs: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}
