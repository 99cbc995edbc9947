import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { EventOf, EventType, OrderEvent } from '../domain/events.ts';
import type { Events } from '../generated/events.ts';
import { eventSchemas } from '../generated/event-schemas.ts';

/** A header as Kafka clients hand it over; an array where a name was given more than once. */
export type HeaderValue = Buffer | string | readonly (Buffer | string)[] | null | undefined;

/** A record as it was on the topic. `timestamp` in ms since the epoch. */
export interface RawRecord {
  readonly key: Buffer | string | null | undefined;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly timestamp: number;
}

/** Why a message is not one of ours. The words are a metric's label. */
export type SkipReason =
  | 'no_value'
  | 'unknown_type'
  | 'invalid_headers'
  | 'not_json'
  | 'unsupported_schema_version'
  | 'invalid_payload'
  | 'key_mismatch'
  | 'undecodable';

/** What a record is. A barrier is ours, but says nothing of an order. */
export type Decoded =
  | { readonly kind: 'order'; readonly event: OrderEvent }
  | { readonly kind: 'barrier' }
  | { readonly kind: 'skip'; readonly reason: SkipReason };

/** The attributes of a CloudEvent that make an event, as the contract's headers name them. */
interface Attributes {
  readonly ce_id: string;
  readonly ce_source: string;
  readonly ce_subject: string;
  readonly ce_dataschema: string;
}

interface Validators<Type extends EventType> {
  readonly headers: ValidateFunction<Attributes>;
  readonly payload: ValidateFunction<Events[Type]['payload']>;
}

/** Readers accept every minor version of the major they were written for. */
const MAJOR_VERSION = '1';

/** Names of the headers that the contract knows; others are passed over, such as those of tracing. */
const HEADER_NAMES = [
  'ce_id',
  'ce_source',
  'ce_specversion',
  'ce_type',
  'ce_time',
  'ce_subject',
  'ce_dataschema',
  'content-type',
];

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);

const validators: { readonly [Type in EventType]: Validators<Type> } = {
  'orders.order.created.v1': compile('orders.order.created.v1'),
  'orders.order.status-changed.v1': compile('orders.order.status-changed.v1'),
  'orders.log.barrier.v1': compile('orders.log.barrier.v1'),
};

function compile<Type extends EventType>(type: Type): Validators<Type> {
  const { headers, payload } = eventSchemas[type];
  return { headers: ajv.compile(headers), payload: ajv.compile(payload) };
}

/** The inverse of `toRecord`: the event a record holds, or why it holds none of ours. Never throws. */
export function decodeEvent(record: RawRecord): Decoded {
  if (record.value === null) return skipped('no_value');
  const headers = contractHeaders(record);
  switch (headers['ce_type']) {
    case 'orders.order.created.v1': {
      const read = readEvent('orders.order.created.v1', record, headers);
      if (typeof read === 'string') return skipped(read);
      return read.data.order.orderId === read.subject ? { kind: 'order', event: read } : skipped('key_mismatch');
    }
    case 'orders.order.status-changed.v1': {
      const read = readEvent('orders.order.status-changed.v1', record, headers);
      if (typeof read === 'string') return skipped(read);
      return read.data.change.orderId === read.subject ? { kind: 'order', event: read } : skipped('key_mismatch');
    }
    case 'orders.log.barrier.v1': {
      const read = readEvent('orders.log.barrier.v1', record, headers);
      return typeof read === 'string' ? skipped(read) : { kind: 'barrier' };
    }
    default:
      return skipped('unknown_type');
  }
}

function readEvent<Type extends EventType>(
  type: Type,
  { key, value, timestamp }: RawRecord,
  headers: Readonly<Record<string, unknown>>,
): EventOf<Type> | SkipReason {
  const validate: Validators<Type> = validators[type];
  if (!validate.headers(headers)) return 'invalid_headers';
  const data = parseJson(value);
  if (data === undefined) return 'not_json';
  if (hasOtherMajor(data)) return 'unsupported_schema_version';
  if (!validate.payload(data)) return 'invalid_payload';
  if (key == null || String(key) !== headers.ce_subject) return 'key_mismatch';
  return {
    id: headers.ce_id,
    type,
    source: headers.ce_source,
    subject: headers.ce_subject,
    dataSchema: headers.ce_dataschema,
    timestamp,
    data,
  };
}

function contractHeaders({ headers }: RawRecord): Record<string, unknown> {
  const present = HEADER_NAMES.filter((name) => Object.hasOwn(headers, name));
  return Object.fromEntries(present.map((name) => [name, textOf(headers[name])]));
}

function textOf(header: HeaderValue): unknown {
  return Buffer.isBuffer(header) ? header.toString() : header;
}

/** undefined for what is no JSON, which JSON itself cannot hold. */
function parseJson(value: RawRecord['value']): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

function hasOtherMajor(data: unknown): boolean {
  if (typeof data !== 'object' || data === null || !('schemaVersion' in data)) return false;
  const { schemaVersion } = data;
  const version = typeof schemaVersion === 'string' ? /^(\d+)\.\d+$/.exec(schemaVersion) : null;
  return version !== null && version[1] !== MAJOR_VERSION;
}

function skipped(reason: SkipReason): Decoded {
  return { kind: 'skip', reason };
}
