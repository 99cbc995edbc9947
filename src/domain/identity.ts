import { v5 as uuidv5 } from 'uuid';

/** Namespace of every identifier made here, itself made once at random (UUID version 4). Changing it changes all ids. */
const NAMESPACE = '3f8a1c52-7d64-4b0e-9a35-c1e7d2b86f90';

/** What makes two requests the same request. */
export interface RequestIdentity {
  readonly principal: string;
  readonly operationId: string;
  readonly requestId: string;
  /** Given where the order is named by the path, so that one request id may be used for several orders. */
  readonly orderId?: string;
}

/**
 * The `ce_id` of the event a request makes: UUID version 5 (RFC 9562) of its identity, so a repeat makes the same id on
 * any replica. The parts are joined as JSON: no two different identities look alike.
 */
export function eventIdOf({ principal, operationId, orderId, requestId }: RequestIdentity): string {
  return uuidv5(JSON.stringify(['event', principal, operationId, orderId ?? null, requestId]), NAMESPACE);
}

/** The orderId for an order that came without one: UUID version 5 of principal and request id. */
export function orderIdOf(principal: string, requestId: string): string {
  return uuidv5(JSON.stringify(['order', principal, requestId]), NAMESPACE);
}
