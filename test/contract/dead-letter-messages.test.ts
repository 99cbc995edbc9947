// What the worker and the replay write is what the event contract says of dead letters, marks and retries.
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { toLetterRecord, toMarkRecord, toRetryRecord } from '../../src/dead-letters/dead-letter-record.ts';
import type { OutgoingRecord } from '../../src/dead-letters/dead-letter-record.ts';
import type { DeadLetter, DeadLetterReason } from '../../src/dead-letters/dead-letter.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { bundle } from '../../tools/contracts/bundle.ts';
import { messagesOf } from '../../tools/contracts/events.ts';
import { lookup } from '../../tools/contracts/json.ts';
import { contracts } from '../../tools/contracts/paths.ts';
import { standalone } from '../../tools/contracts/standalone.ts';
import { createdEvent } from '../support/orders.ts';

const document = bundle(contracts.asyncapi);
const ajv = addFormats.default(new Ajv({ allErrors: true }));

const REASONS: Readonly<Record<DeadLetterReason, true>> = {
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

const { key, value, headers, timestamp } = toRecord(createdEvent('order-1'));
const letter: DeadLetter = {
  record: {
    topic: 'orders',
    partition: 3,
    offset: 4711n,
    timestamp: Number(timestamp),
    key: Buffer.from(key),
    value,
    headers,
  },
  reason: 'handler_failed',
  error: 'The handler failed.',
  attempts: 3,
  time: 1_700_000_000_000,
};

test('the reasons are the same', () => {
  expect(lookup(document, '/components/schemas/DeadLetterReason/enum')).toEqual(Object.keys(REASONS));
});

test.each<[message: string, record: OutgoingRecord]>([
  ['deadLetter', toLetterRecord(letter)],
  ['deadLetter', toLetterRecord({ ...letter, record: { ...letter.record, key: null, value: null, headers: {} } })],
  [
    'replayMark',
    toMarkRecord({
      letter: { partition: 3, offset: 17n },
      retry: { topic: 'orders.retry', partition: 3 },
      replayedAt: 1,
    }),
  ],
  ['orderCreatedRetry', toRetryRecord(letter, 'orders.dlq/3/17', 1_700_000_000_000)],
])('%s', (message, record) => {
  const described = messagesOf(document).find(({ id }) => id === message);
  if (described === undefined) throw new Error(`the contract has no ${message}`);
  const faultsOf = (schema: typeof described.headers, part: unknown): string[] => {
    const validate = ajv.compile(standalone(document, schema));
    validate(part);
    return (validate.errors ?? []).map(({ instancePath, message: fault }) => `${instancePath} ${fault ?? ''}`);
  };
  expect(faultsOf(described.headers, record.headers)).toEqual([]);
  expect(faultsOf(described.payload, JSON.parse(String(record.value)))).toEqual([]);
});
