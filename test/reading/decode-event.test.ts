/** Property: what `toRecord` makes of an event, `decodeEvent` makes that event of again, however the client hands headers over. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { logBarrier, orderCreated, orderStatusChanged, type OrderEvent } from '../../src/domain/events.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { decodeEvent, type RawRecord } from '../../src/reading/decode-event.ts';
import { anyOrder, aRequest, createdEvent } from '../support/orders.ts';

const rawOf = (event: Parameters<typeof toRecord>[0], changes: Partial<RawRecord> = {}): RawRecord => {
  const { key, value, headers, timestamp } = toRecord(event);
  return { key, value, headers, timestamp: Number(timestamp), ...changes };
};

test('the record of any order decodes to its event', () => {
  fc.assert(
    fc.property(anyOrder, fc.integer({ min: 0, max: 4_102_444_800_000 }), (order, receivedAt) => {
      const event = orderCreated(order, aRequest(receivedAt));
      expect(decodeEvent(rawOf(event))).toEqual({ kind: 'order', event });
    }),
  );
});

test('the record of any status change decodes to its event', () => {
  const notes = fc.string({ unit: 'grapheme', maxLength: 100 });
  const status = fc.constantFrom('accepted', 'processing', 'shipped', 'delivered', 'cancelled');
  fc.assert(
    fc.property(status, notes, (state, text) => {
      const event = orderStatusChanged('order-1', { status: state, notes: text }, aRequest());
      expect(decodeEvent(rawOf(event))).toEqual({ kind: 'order', event });
    }),
  );
});

test('a barrier is one', () => {
  const barrier = logBarrier(3, { id: '0d9f3c5e-8a51-4c53-9a64-6a1b0c6f4b1e', timestamp: 1_700_000_000_000 });
  expect(decodeEvent(rawOf(barrier))).toEqual({ kind: 'barrier' });
});

test('headers and key may come as bytes; headers that the contract does not know may be anything', () => {
  const event = createdEvent('order-1');
  const { key, headers } = rawOf(event);
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))]));
  const more = { traceparent: Buffer.from([0xff]), twice: ['a', 'b'], none: undefined };
  const record = rawOf(event, { key: Buffer.from(String(key)), headers: { ...bytes, ...more } });
  expect(decodeEvent(record)).toEqual({ kind: 'order', event });
});

test('the timestamp is that of the record', () => {
  const event = createdEvent('order-1');
  expect(decodeEvent(rawOf(event, { timestamp: 5 }))).toEqual({ kind: 'order', event: { ...event, timestamp: 5 } });
});

describe('a message that is not ours', () => {
  const event = createdEvent('order-1');
  const { headers } = rawOf(event);
  const data = (changes: object): RawRecord['value'] => JSON.stringify({ ...event.data, ...changes });

  const CASES: readonly (readonly [string, string, Partial<RawRecord>])[] = [
    ['no value', 'no_value', { value: null }],
    ['no type', 'unknown_type', { headers: {} }],
    ['a type by the name of a property that all objects have', 'unknown_type', { headers: { ce_type: 'constructor' } }],
    ['the type given twice', 'unknown_type', { headers: { ...headers, ce_type: [event.type, event.type] } }],
    ['an id given twice', 'invalid_headers', { headers: { ...headers, ce_id: [event.id, event.id] } }],
    ['a time that is none', 'invalid_headers', { headers: { ...headers, ce_time: 'now' } }],
    ['no JSON', 'not_json', { value: Buffer.from([0xff]) }],
    ['an empty value', 'not_json', { value: '' }],
    ['JSON null', 'invalid_payload', { value: 'null' }],
    [
      'another major version of the type',
      'unsupported_schema_version',
      { headers: { ...headers, ce_type: 'orders.order.created.v2' } },
    ],
    ['another major version', 'unsupported_schema_version', { value: data({ schemaVersion: '10.0' }) }],
    ['a version that is none', 'invalid_payload', { value: data({ schemaVersion: 'next' }) }],
    ['no metadata', 'invalid_payload', { value: data({ metadata: undefined }) }],
    ['no key', 'key_mismatch', { key: null }],
    ['the key of another order', 'key_mismatch', { key: 'order-2' }],
    ['another order inside', 'key_mismatch', { value: Buffer.from(JSON.stringify(createdEvent('order-2').data)) }],
  ];

  test.each(CASES)('%s: %s', (_what, reason, changes) => {
    expect(decodeEvent(rawOf(event, changes))).toEqual({
      kind: 'skip',
      reason,
      detail: expect.stringMatching(/^The .*\.$/),
    });
  });

  test('a newer minor version is ours, with what it adds', () => {
    const newer = { ...event.data, schemaVersion: '1.9', more: { a: 1 } };
    const expected: OrderEvent['data'] = newer;
    const decoded = decodeEvent(rawOf(event, { value: JSON.stringify(newer) }));
    expect(decoded).toMatchObject({ kind: 'order', event: { data: expected } });
  });
});
