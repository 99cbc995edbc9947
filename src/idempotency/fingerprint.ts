import { createHash } from 'node:crypto';
import type { OrderEvent } from '../domain/events.ts';

/** Half of a SHA-256: two different bodies under one id are told apart for certain enough, and a million of them fit in memory. */
const BYTES = 16;

/**
 * What a request says and who says it, in 22 characters of base64url: two requests with one fingerprint say the same,
 * whatever the order of their members, and with defaults filled in. The time, the request id and the schema's version are no part of it.
 */
export function fingerprintOf(event: OrderEvent): string {
  const said = event.type === 'orders.order.created.v1' ? event.data.order : event.data.change;
  return createHash('sha256')
    .update(canonical([event.data.metadata.principal, event.type, said]))
    .digest()
    .subarray(0, BYTES)
    .toString('base64url');
}

/** JSON with the members of every object in the order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
