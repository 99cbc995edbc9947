// The worker writes dead letters and marks by itself, not from generated code: here they are held to the event contract.
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { DeadLetter, DeadLetterReason } from '../../src/dead-letters/dead-letter.ts';
import { toLetterRecord, toMarkRecord, toRetryRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { bundle } from '../../tools/contracts/bundle.ts';
import { isObject, objectAt, type JsonObject } from '../../tools/contracts/json.ts';
import { contracts } from '../../tools/contracts/paths.ts';
import { standalone } from '../../tools/contracts/standalone.ts';
import { createdEvent } from '../support/orders.ts';
import { aDelivery, aLetter } from '../support/worker.ts';

const document = bundle(contracts.asyncapi);
const messages = objectAt(objectAt(document, 'components'), 'messages');
const schemas = objectAt(objectAt(document, 'components'), 'schemas');

/** What the contract says of a message's headers or payload is wrong with the value. */
function faults(message: string, part: 'headers' | 'payload', value: unknown): string[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(standalone(document, objectAt(objectAt(messages, message), part)));
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message: what }) => `${instancePath} ${what ?? ''}`);
}

/** Names the contract gives to the headers of a message, or to what is in an object of it. */
const namesOf = (schema: string): string[] => Object.keys(objectAt(objectAt(schemas, schema), 'properties')).sort();

/** Headers as a reader sees them that takes them for text, as the contract does. */
function textsOf(headers: ReturnType<typeof toLetterRecord>['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** Every reason the worker knows; one that is missing here does not compile. */
const REASONS: Record<DeadLetterReason, true> = {
  no_value: true,
  unknown_type: true,
  invalid_headers: true,
  not_json: true,
  unsupported_schema_version: true,
  invalid_payload: true,
  key_mismatch: true,
  handler_failed: true,
  handler_timeout: true,
};
const reasons = Object.keys(REASONS) as DeadLetterReason[];

const record = aDelivery(createdEvent('order-1'), { partition: 3, offset: 4_711n });
const letter: DeadLetter = aLetter(record);
const mark = {
  letter: { partition: 3, offset: 17n },
  retry: { topic: 'orders.retry', partition: 3 },
  replayedAt: 1_700_000_000_000,
};

describe('a letter', () => {
  test.each(reasons)('with the reason %s is on the contract', (reason) => {
    const headers = textsOf(toLetterRecord({ ...letter, reason, attempts: 0 }).headers);
    expect(faults('deadLetter', 'headers', headers)).toEqual([]);
  });

  test('has the reasons of the contract and no others', () => {
    const { enum: listed } = objectAt(schemas, 'DeadLetterReason');
    expect(listed).toEqual(reasons);
  });

  test('adds the headers of the contract and no others', () => {
    const bare = { ...letter, record: { ...record, headers: {} } };
    expect(Object.keys(toLetterRecord(bare).headers).sort()).toEqual(namesOf('DeadLetterHeaders'));
  });

  test.each<readonly [string, Partial<DeadLetter>]>([
    ['an error that is cut', { error: 'x'.repeat(5_000) }],
    ['a record with the first offset', { record: { ...record, partition: 0, offset: 0n, timestamp: 0 } }],
    ['a record with the last offset', { record: { ...record, offset: 2n ** 63n - 1n } }],
    ['a record without a timestamp', { record: { ...record, timestamp: -1 } }],
    ['a record with nothing', { record: { ...record, key: null, value: null, headers: {} } }],
  ])('of %s is on the contract', (_what, changes) => {
    const headers = textsOf(toLetterRecord({ ...letter, ...changes }).headers);
    expect(faults('deadLetter', 'headers', headers)).toEqual([]);
  });

  test('the check would see a name that drifts', () => {
    const { dlq_topic: topic, ...others } = textsOf(toLetterRecord(letter).headers);
    expect(faults('deadLetter', 'headers', { ...others, dlq_source: topic })).toEqual([
      " must have required property 'dlq_topic'",
    ]);
  });
});

describe('a mark', () => {
  const { headers, value } = toMarkRecord(mark);
  const payload = JSON.parse(String(value)) as JsonObject;

  test('is on the contract', () => {
    expect(faults('replayMark', 'headers', textsOf(headers))).toEqual([]);
    expect(faults('replayMark', 'payload', payload)).toEqual([]);
  });

  test('has the names of the contract and no others', () => {
    expect(Object.keys(headers)).toEqual(namesOf('ReplayMarkHeaders'));
    expect(Object.keys(payload).sort()).toEqual(namesOf('ReplayMark'));
    const inner = (name: string) => Object.keys(isObject(payload[name]) ? payload[name] : {}).sort();
    expect(inner('letter')).toEqual(namesOf('LetterPosition'));
    expect(inner('retry')).toEqual(namesOf('RetryPartition'));
  });
});

test('a replayed record is on the contract', () => {
  const headers = textsOf(toRetryRecord(letter, 'orders.dlq/3/17', 1_700_000_000_000).headers);
  expect(faults('orderCreatedRetry', 'headers', headers)).toEqual([]);
  expect(Object.keys(headers)).toEqual(expect.arrayContaining(namesOf('ReplayHeaders')));
});
