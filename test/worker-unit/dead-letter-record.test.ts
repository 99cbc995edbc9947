/** Property: what the worker sets aside is read back as it was, and a record that is replayed is what it was on its topic. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DeadLetter, OriginalRecord } from '../../src/dead-letters/dead-letter.ts';
import {
  readDeadLetterEntry,
  toLetterRecord,
  toMarkRecord,
  toRetryRecord,
  type OutgoingRecord,
} from '../../src/dead-letters/dead-letter-record.ts';
import { aDelivery, aLetter } from '../support/worker.ts';
import { createdEvent } from '../support/orders.ts';

const event = createdEvent('order-1');
const record: OriginalRecord = aDelivery(event, { topic: 'orders', partition: 3, offset: 4_711n });
const letter: DeadLetter = { ...aLetter(record), error: 'no price for sku-7', attempts: 3 };

type Given = Pick<OutgoingRecord, 'key' | 'value' | 'headers'>;

/** As a client hands over what another one has sent: every text as bytes. */
function onTheTopic({ key, value, headers }: Given): OutgoingRecord {
  const bytes = (header: OutgoingRecord['headers'][string]) =>
    Array.isArray(header) ? header.map((each) => Buffer.from(each)) : Buffer.from(header);
  return {
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, each]) => [name, bytes(each)])),
  };
}

const read = (outgoing: Given) => readDeadLetterEntry(onTheTopic(outgoing));

const bytes = fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each));
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const decimal = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const anyHeaders = fc.dictionary(
  fc.stringMatching(/^(ce_|x-)[a-z]{1,5}$/),
  fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })),
);
const anyLetter: fc.Arbitrary<DeadLetter> = fc.record({
  record: fc.record({
    topic: fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/),
    partition: fc.nat(1_000),
    offset: decimal,
    timestamp: time,
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: anyHeaders,
  }),
  reason: fc.constantFrom('no_value', 'not_json', 'handler_failed', 'handler_timeout'),
  error: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }),
  attempts: fc.nat(3),
  time,
});

describe('a letter', () => {
  test('is read back as it was, whatever the record', () => {
    fc.assert(
      fc.property(anyLetter, (any) => {
        expect(read(toLetterRecord(any))).toEqual({ kind: 'letter', letter: any });
      }),
    );
  });

  test.each<readonly [string, Partial<OriginalRecord>]>([
    ['bytes that are no text', { value: Buffer.from([0xff, 0x00, 0xc3, 0x28]) }],
    ['no key', { key: null }],
    ['no value', { value: null }],
    ['a name twice', { headers: { trace: [Buffer.from('a'), Buffer.from([0xff])] } }],
    ['no header', { headers: {} }],
  ])('leaves alone %s', (_what, changes) => {
    const odd = { ...letter, record: { ...record, ...changes } };
    expect(read(toLetterRecord(odd))).toEqual({ kind: 'letter', letter: odd });
    expect(toLetterRecord(odd)).toMatchObject(changes);
  });

  test('has its place and its times in words', () => {
    const given = { ...letter, record: { ...record, timestamp: 1_700_000_000_123 }, time: 1_700_000_001_000 };
    expect(toLetterRecord(given).headers).toEqual({
      ...record.headers,
      dlq_reason: 'handler_failed',
      dlq_error: 'no price for sku-7',
      dlq_attempts: '3',
      dlq_topic: 'orders',
      dlq_partition: '3',
      dlq_offset: '4711',
      dlq_timestamp: '2023-11-14T22:13:20.123Z',
      dlq_time: '2023-11-14T22:13:21.000Z',
    });
  });

  test('its error is cut, so that a broker takes it', () => {
    const { headers } = toLetterRecord({ ...letter, error: 'x'.repeat(100_000) });
    expect(headers['dlq_error']).toBe('x'.repeat(1_000));
  });

  test('of a record that was replayed keeps where that came from', () => {
    const retried = toRetryRecord(letter, 'orders.dlq/3/17', 1_700_000_000_000);
    const again = { ...letter, record: { ...record, ...onTheTopic(retried), topic: 'orders.retry' } };
    expect(read(toLetterRecord(again))).toEqual({ kind: 'letter', letter: again });
    expect(again.record.headers['replay_letter']?.toString()).toBe('orders.dlq/3/17');
  });

  test('of a header that was given twice the last counts', () => {
    const { key, value, headers } = toLetterRecord(letter);
    const entry = read({ key, value, headers: { ...headers, dlq_reason: ['not_json', 'key_mismatch'] } });
    expect(entry).toMatchObject({ kind: 'letter', letter: { reason: 'key_mismatch' } });
  });

  test('may have a reason that a later version knows', () => {
    const { key, value, headers } = toLetterRecord(letter);
    const entry = read({ key, value, headers: { ...headers, dlq_reason: 'too_late' } });
    expect(entry).toMatchObject({ kind: 'letter', letter: { reason: 'too_late' } });
  });
});

describe('a replayed record', () => {
  test('is the record as it was, and says where it was set aside and when it was sent', () => {
    fc.assert(
      fc.property(anyLetter, (any) => {
        const { key, value, headers } = toRetryRecord(any, 'orders.dlq/3/17', 1_700_000_000_000);
        const { replay_letter, replay_time, ...rest } = headers;
        expect({ key, value, headers: rest }).toEqual({
          key: any.record.key,
          value: any.record.value,
          headers: any.record.headers,
        });
        expect([replay_letter, replay_time]).toEqual(['orders.dlq/3/17', '2023-11-14T22:13:20.000Z']);
      }),
    );
  });

  test('names only the last letter', () => {
    const before = { ...record, headers: onTheTopic(toRetryRecord(letter, 'orders.dlq/3/17', 1)).headers };
    const { headers } = toRetryRecord({ ...letter, record: before }, 'orders.dlq/3/99', 2);
    expect(headers['replay_letter']).toBe('orders.dlq/3/99');
  });
});

test('a header without a value, which kafkajs cannot write, becomes an empty one', () => {
  const headers = { 'x-null': null, 'x-both': [null, Buffer.from('b')] };
  const { headers: written } = toLetterRecord({ ...letter, record: { ...record, headers } });
  expect(written).toMatchObject({ 'x-null': Buffer.alloc(0), 'x-both': [Buffer.alloc(0), Buffer.from('b')] });
});

describe('a mark', () => {
  test('is read back as it was', () => {
    const mark = fc.record({
      letter: fc.record({ partition: fc.nat(1_000), offset: decimal }),
      retry: fc.record({ topic: fc.stringMatching(/^[a-z.]{1,9}$/), partition: fc.nat(1_000) }),
      replayedAt: time,
    });
    fc.assert(
      fc.property(mark, (any) => {
        expect(read(toMarkRecord(any))).toEqual({ kind: 'mark', mark: any });
      }),
    );
  });

  test('has no key: its partition is that of the letter', () => {
    const place = { partition: 3, offset: 17n };
    const retry = { topic: 'orders.retry', partition: 3 };
    expect(toMarkRecord({ letter: place, retry, replayedAt: 0 }).key).toBeNull();
  });
});

describe('what nobody here has made is foreign', () => {
  const { key, value, headers } = toLetterRecord(letter);

  test.each<readonly [string, Partial<OutgoingRecord>]>([
    ['no header', { headers: {} }],
    ['headers of others', { headers: { dlq: 'yes', 'x-dlq_topic': 'orders' } }],
    ['no topic', { headers: { ...headers, dlq_topic: '' } }],
    ['no partition', { headers: { ...headers, dlq_partition: '' } }],
    ['a partition that is none', { headers: { ...headers, dlq_partition: '-1' } }],
    ['no offset', { headers: { ...headers, dlq_offset: '' } }],
    ['an offset that is none', { headers: { ...headers, dlq_offset: '1e3' } }],
    ['a mark that is not JSON', { headers: { dlq_mark: 'replayed' }, value: Buffer.from('{') }],
    ['a mark without a value', { headers: { dlq_mark: 'replayed' }, value: null }],
    ['a mark that is a text', { headers: { dlq_mark: 'replayed' }, value: Buffer.from('"letter"') }],
    ['a mark without a letter', { headers: { dlq_mark: 'replayed' }, value: Buffer.from('{"retry":{}}') }],
    [
      'a mark with an offset that is none',
      { headers: { dlq_mark: 'replayed' }, value: Buffer.from('{"letter":{"partition":0,"offset":"x"}}') },
    ],
  ])('%s', (_what, changes) => {
    expect(read({ key, value, headers, ...changes })).toEqual({ kind: 'foreign' });
  });
});
