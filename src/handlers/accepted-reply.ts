import type { operations } from '../generated/http.ts';
import type { AcceptedEvent } from '../orders/accept-event.ts';
import type { Reply } from './contract.ts';

/** The answer to an accepted request, the first time and every other time. */
export function acceptedReply({ tracking, replayed }: AcceptedEvent): Reply<operations['createOrder']> {
  const headers = {
    Location: `/orders/${tracking.orderId}`,
    ...(replayed && { 'Idempotent-Replayed': 'true' as const }),
  };
  return { status: 202, headers, body: tracking };
}
