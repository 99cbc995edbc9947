import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventSchemas } from '../../src/generated/event-schemas.ts';
import type { TopicRecord } from './topic-reader.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
addFormats.default(ajv);

const validators = new Map(
  Object.entries(eventSchemas).map(([type, { headers, payload }]) => [
    type,
    { headers: ajv.compile(headers), payload: ajv.compile(payload) },
  ]),
);

/** Throws unless the record is an event as the AsyncAPI document describes it, its key included. */
export function assertEventContract({
  key,
  value,
  headers,
  timestamp,
}: Omit<TopicRecord, 'partition' | 'offset'>): void {
  const type = headers['ce_type'] ?? '(none)';
  const validate = validators.get(type);
  if (validate === undefined) throw new Error(`the event contract has no ${type}`);
  if (!validate.headers(headers)) throw new Error(`headers of ${type}: ${ajv.errorsText(validate.headers.errors)}`);
  if (!validate.payload(JSON.parse(value)))
    throw new Error(`payload of ${type}: ${ajv.errorsText(validate.payload.errors)}`);
  if (key !== headers['ce_subject']) throw new Error(`the key ${key} is not the ce_subject`);
  if (new Date(timestamp).toISOString() !== headers['ce_time']) throw new Error('the timestamp is not the ce_time');
}
