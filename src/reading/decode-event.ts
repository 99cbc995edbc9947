import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { EventOf, EventType, OrderEvent } from '../domain/events.ts';
import type { Events } from '../generated/events.ts';
import { eventSchemas } from '../generated/event-schemas.ts';

/** A header as Kafka clients hand it over; an array where a name was given more than once. */
export type HeaderValue = Buffer | string | readonly (Buffer | string | null | undefined)[] | null | undefined;

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

/** Why a message is not one of ours, and what is wrong with it, in a sentence for a person. */
export interface Skip {
  readonly kind: 'skip';
  readonly reason: Exclude<SkipReason, 'undecodable'>;
  readonly detail: string;
}

/** What a record is. A barrier is ours, but says nothing of an order. */
export type Decoded = { readonly kind: 'order'; readonly event: OrderEvent } | { readonly kind: 'barrier' } | Skip;

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
  if (record.value === null) return skipped('no_value', 'The message has no value.');
  const headers = contractHeaders(record);
  switch (headers['ce_type']) {
    case 'orders.order.created.v1': {
      const read = readEvent('orders.order.created.v1', record, headers);
      if ('kind' in read) return read;
      return read.data.order.orderId === read.subject ? { kind: 'order', event: read } : otherOrder(read);
    }
    case 'orders.order.status-changed.v1': {
      const read = readEvent('orders.order.status-changed.v1', record, headers);
      if ('kind' in read) return read;
      return read.data.change.orderId === read.subject ? { kind: 'order', event: read } : otherOrder(read);
    }
    case 'orders.log.barrier.v1': {
      const read = readEvent('orders.log.barrier.v1', record, headers);
      return 'kind' in read ? read : { kind: 'barrier' };
    }
    default:
      return ofUnknownType(headers['ce_type']);
  }
}

function ofUnknownType(type: unknown): Skip {
  if (typeof type !== 'string') return skipped('unknown_type', 'The message has no ce_type, or several.');
  const known = Object.keys(validators).find((each) => withoutMajor(each) === withoutMajor(type));
  if (known !== undefined)
    return skipped('unsupported_schema_version', `The type is ${type}; ${known} is what is known here.`);
  return skipped('unknown_type', `The type ${type} is not known here.`);
}

function withoutMajor(type: string): string {
  return type.replace(/\.v\d+$/, '');
}

function otherOrder({ subject }: OrderEvent): Skip {
  return skipped('key_mismatch', `The payload is of another order than ${subject}.`);
}

function readEvent<Type extends EventType>(
  type: Type,
  { key, value, timestamp }: RawRecord,
  headers: Readonly<Record<string, unknown>>,
): EventOf<Type> | Skip {
  const validate: Validators<Type> = validators[type];
  if (!validate.headers(headers)) {
    return skipped('invalid_headers', `The headers are not those of ${type}: ${faultsOf(validate.headers)}.`);
  }
  const data = parseJson(value);
  if (data === undefined) return skipped('not_json', 'The value is not JSON.');
  const version = versionOf(data);
  if (version !== undefined && version.split('.')[0] !== MAJOR_VERSION) {
    const detail = `The payload has schemaVersion ${version}; ${MAJOR_VERSION}.x is what is known here.`;
    return skipped('unsupported_schema_version', detail);
  }
  if (!validate.payload(data)) {
    return skipped('invalid_payload', `The payload is not that of ${type}: ${faultsOf(validate.payload)}.`);
  }
  if (key == null || String(key) !== headers.ce_subject) {
    return skipped('key_mismatch', `The key is not the ce_subject ${headers.ce_subject}.`);
  }
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

/** The payload's version, if it has one that can be read. */
function versionOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('schemaVersion' in data)) return undefined;
  const { schemaVersion } = data;
  return typeof schemaVersion === 'string' && /^\d+(\.\d+)*$/.test(schemaVersion) ? schemaVersion : undefined;
}

function faultsOf({ errors }: ValidateFunction): string {
  return ajv.errorsText(errors, { dataVar: '' }).trim();
}

function skipped(reason: Skip['reason'], detail: string): Skip {
  return { kind: 'skip', reason, detail };
}
