import type { DeadLetterReason } from '../../src/dead-letters/dead-letter.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { createdEvent } from './orders.ts';
import type { PlainRecord } from './worker-fixture.ts';

/** A record that the worker cannot read, and what it is to say of it. */
export interface Poison {
  readonly name: string;
  readonly reason: DeadLetterReason;
  readonly record: PlainRecord;
}

/** One of each kind, for the given partition; `tag` tells their orders from those of other calls. */
export function poisonOfEachKind(partition: number, tag: string): readonly Poison[] {
  const good = (name: string) => {
    const { key, value, headers } = toRecord(createdEvent(`poison-${tag}-${name}`, {}, Date.now()));
    return { key, value: value.toString(), headers, partition };
  };
  const make = (
    name: string,
    reason: DeadLetterReason,
    change: (record: ReturnType<typeof good>) => object,
  ): Poison => {
    const record = good(name);
    return { name, reason, record: { ...record, ...change(record) } };
  };
  const dataOf = ({ value }: { value: string }) => JSON.parse(value) as { order: object };
  const otherHeaders = (record: ReturnType<typeof good>, changes: object) => ({
    headers: { ...record.headers, ...changes },
  });

  return [
    make('not-json', 'not_json', () => ({ value: '{"schemaVersion": "1.0", ' })),
    make('binary', 'not_json', () => ({ value: Buffer.from([0, 255, 1, 254, 0xc3, 0x28, 10, 13]) })),
    make('empty', 'not_json', () => ({ value: '' })),
    make('no-value', 'no_value', () => ({ value: null })),
    make('no-headers', 'unknown_type', () => ({ headers: {} })),
    make('no-id', 'invalid_headers', ({ headers: { ce_id: _, ...headers } }) => ({ headers })),
    make('strange-type', 'unknown_type', (record) => otherHeaders(record, { ce_type: 'weather.forecast.v1' })),
    make('two-types', 'unknown_type', (record) =>
      otherHeaders(record, { ce_type: [record.headers['ce_type'], Buffer.from([0xff, 0])] }),
    ),
    make('major-by-type', 'unsupported_schema_version', (record) =>
      otherHeaders(record, { ce_type: 'orders.order.created.v2' }),
    ),
    make('major-by-version', 'unsupported_schema_version', (record) => ({
      value: JSON.stringify({ ...dataOf(record), schemaVersion: '2.0' }),
    })),
    make('payload', 'invalid_payload', (record) => ({
      value: JSON.stringify({ ...dataOf(record), order: { ...dataOf(record).order, totalAmount: 'much' } }),
    })),
    make('other-key', 'key_mismatch', () => ({ key: 'another-order' })),
    make('no-key', 'key_mismatch', () => ({ key: null })),
    make('other-order', 'key_mismatch', (record) => ({
      value: JSON.stringify({ ...dataOf(record), order: { ...dataOf(record).order, orderId: 'another-order' } }),
    })),
  ];
}
