import type { components } from '../generated/http.ts';

/** The `type` of a problem, as the HTTP contract lists them. */
export type ProblemType = components['schemas']['ProblemType'];

/** What is always the same for a type of problem. */
export interface ProblemDescription {
  readonly status: number;
  readonly title: string;
  /** What it means. */
  readonly meaning: string;
  /** What the client should do. */
  readonly action: string;
}

/**
 * Every problem the service answers with. The compiler holds it together with the contract's list of types, and
 * docs/errors.md is generated from it.
 */
export const PROBLEMS: Readonly<Record<ProblemType, ProblemDescription>> = {
  '/problems/malformed-request': {
    status: 400,
    title: 'Malformed request',
    meaning:
      'The request is not HTTP as it should be: a path that cannot be decoded, or a body that was cut off or is not compressed as it says.',
    action: 'Mend the request; the same one will fail again.',
  },
  '/problems/malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    meaning: 'The body is not a JSON text in UTF-8, is empty, or names a member of an object twice.',
    action: 'Mend the body; the detail says what is wrong with it.',
  },
  '/problems/invalid-request-id': {
    status: 400,
    title: 'Invalid request id',
    meaning: 'X-Request-Id or Idempotency-Key is not 1 to 128 visible ASCII characters.',
    action: 'Send another id, such as a UUID, or none.',
  },
  '/problems/unauthorized': {
    status: 401,
    title: 'Unauthorized',
    meaning: 'X-API-Key is missing or not a key of this service.',
    action: 'Send the key you were given in the X-API-Key header.',
  },
  '/problems/forbidden': {
    status: 403,
    title: 'Forbidden',
    meaning: 'X-API-Key is a known key, but only that of operators (ADMIN_API_KEY) may ask for this.',
    action: 'Leave out X-On-Behalf-Of, or send the key of operators.',
  },
  '/problems/not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this path.',
    action: 'Check the path against the HTTP contract; paths are case-sensitive.',
  },
  '/problems/order-not-found': {
    status: 404,
    title: 'Order not found',
    meaning:
      'No such order is known here, though the topic was read to its end. Old orders are forgotten once the view is full (ORDERS_CACHE_MAX).',
    action: 'Check the orderId.',
  },
  '/problems/method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but not with this method.',
    action: 'Use one of the methods in the Allow header.',
  },
  '/problems/order-exists': {
    status: 409,
    title: 'Order exists',
    meaning: 'An order with this orderId was accepted before, from another principal or with another body.',
    action: 'Choose another orderId, or leave it out and one is made. To change the order, PATCH it.',
  },
  '/problems/content-too-large': {
    status: 413,
    title: 'Content too large',
    meaning:
      'The body is larger than the service takes (BODY_LIMIT_BYTES), or its message larger than the topic takes.',
    action: 'Send less in one request.',
  },
  '/problems/unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is not application/json in UTF-8, or its Content-Encoding is not known.',
    action: 'Send Content-Type: application/json, plain or compressed with gzip, deflate or br.',
  },
  '/problems/validation-failed': {
    status: 422,
    title: 'Validation failed',
    meaning: 'The request is well formed but not what the operation takes.',
    action: 'Mend what `errors` points at; the same request will fail again.',
  },
  '/problems/request-id-reused': {
    status: 422,
    title: 'Request id reused',
    meaning:
      'The X-Request-Id (or Idempotency-Key) was used before, with another body. Nothing was published for this one.',
    action: 'Send a new request with an id of its own; use an id again only to repeat the same request.',
  },
  '/problems/internal-error': {
    status: 500,
    title: 'Internal error',
    meaning: 'A fault of the service.',
    action: 'Report the requestId; it finds the cause in the logs.',
  },
  '/problems/overloaded': {
    status: 503,
    title: 'Overloaded',
    meaning: 'Too many requests are under way (MAX_IN_FLIGHT). This one put nothing on the topic.',
    action: 'Repeat after Retry-After.',
  },
  '/problems/not-published': {
    status: 503,
    title: 'Not published',
    meaning:
      'This request put nothing on the topic, and will not: the backend did not take the message, or the service could not make sure of it. What an earlier answer to the same request id said still holds.',
    action: 'Repeat after Retry-After, with the same request id.',
  },
  '/problems/outcome-unknown': {
    status: 503,
    title: 'Outcome unknown',
    meaning: 'The backend did not say in time whether it has the message. It may be on the topic, or may yet be.',
    action:
      'Repeat the same request with the same request id after Retry-After: it finds out, and never makes a second message. The wait is long only where an attempt was given up, until that attempt cannot land any more.',
  },
  '/problems/view-behind': {
    status: 503,
    title: 'View behind',
    meaning: 'The order is not known here, and the topic cannot be read to its end now to see whether it exists.',
    action: 'Ask again after Retry-After.',
  },
};
