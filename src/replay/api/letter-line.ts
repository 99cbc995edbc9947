import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LetterFacts } from '../filters.ts';

/** A request of the API that can be sent again. */
export interface LostRequest {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: unknown;
  /** Its first Idempotency-Key, or X-Request-Id. */
  readonly requestId: string;
  readonly principal: string;
  /** What was known of it when it failed: `rejected` or `unknown`. */
  readonly outcome: string;
  readonly error: string;
  /** Who asks and what is said: the same for every line about one request. */
  readonly identity: string;
  readonly facts: LetterFacts;
}

/** What a line of a log is. */
export type Line =
  | { readonly kind: 'letter'; readonly request: LostRequest }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'other' };

/** As much of a dead-letter line as a request is made of (src/publishing/with-dead-letters.ts); the API checks the body. */
const letterSchema = z.looseObject({
  time: z.iso.datetime(),
  outcome: z.string(),
  reason: z.string(),
  error: z.string(),
  requestId: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  principal: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
  orderId: z.string().min(1),
  event: z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('orders.order.created.v1'),
      id: z.string(),
      data: z.looseObject({ order: z.looseObject({ orderId: z.string() }) }),
    }),
    z.looseObject({
      type: z.literal('orders.order.status-changed.v1'),
      id: z.string(),
      data: z.looseObject({ change: z.looseObject({ orderId: z.string() }) }),
    }),
  ]),
});

/** How the API begins a dead letter. Within one it cannot stand: there every quotation mark has a backslash. */
const BEGINNING = /(?=\{"kind":"dead_letter")/;

/** Reads a line of a log, or of DEAD_LETTER_FILE: what stands on it, in its order. */
export function readLine(text: string): readonly Line[] {
  const value = parse(text);
  if (value !== undefined) return [lineOf(value)];
  // A process that is killed may leave the beginning of a letter, and the next letter goes on behind it.
  const parts = text.split(BEGINNING);
  if (parts.length > 1) return parts.flatMap(readLine);
  const isTorn = /^\s*\{|dead_letter|\}\s*$/.test(text);
  return isTorn ? [{ kind: 'broken', why: 'it is not whole' }] : [{ kind: 'other' }];
}

function lineOf(value: unknown): Line {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'dead_letter')
    return { kind: 'other' };
  const read = letterSchema.safeParse(value);
  if (read.success) return { kind: 'letter', request: requestOf(read.data) };
  const places = read.error.issues.map(({ path }) => path.join('.'));
  return { kind: 'broken', why: `it is no dead letter of this version: ${[...new Set(places)].join(', ')}` };
}

/** undefined for what is no JSON, which JSON itself cannot hold. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A made orderId is sent as the client's own: the event, and what is compared of it, is the same. */
function requestOf(letter: z.output<typeof letterSchema>): LostRequest {
  const { event, requestId, principal, orderId, outcome, error, reason, time } = letter;
  const said = saidBy(event);
  const identity = createHash('sha256')
    .update(JSON.stringify([event.id, said.body]))
    .digest('base64url');
  const facts = { time: Date.parse(time), reason, type: event.type, orderId, places: [] };
  return { ...said, requestId, principal, outcome, error, identity, facts };
}

function saidBy(event: z.output<typeof letterSchema>['event']): Pick<LostRequest, 'method' | 'path' | 'body'> {
  if (event.type === 'orders.order.created.v1') return { method: 'POST', path: '/orders', body: event.data.order };
  const { orderId, ...body } = event.data.change;
  return { method: 'PATCH', path: `/orders/${encodeURIComponent(orderId)}`, body };
}
