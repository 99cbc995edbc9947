// These ids are known to whoever has read events: another value for the same request is a broken promise.
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventIdOf, orderIdOf, type RequestIdentity } from '../../src/domain/identity.ts';

test('the ids of known requests stay what they are', () => {
  expect(eventIdOf({ principal: 'default', operationId: 'createOrder', requestId: 'demo-1' })).toBe(
    '7d4629bc-9670-5a60-8f97-200f601a14f2',
  );
  expect(
    eventIdOf({ principal: 'default', operationId: 'updateOrderStatus', orderId: 'ord-1001', requestId: 'demo-1' }),
  ).toBe('fa167461-fd47-5d66-8dfd-9e1738443e61');
  expect(orderIdOf('default', 'demo-1')).toBe('a08f6cc4-56f4-58be-b5c5-81aa62783cd1');
});

test('an id is the UUID version 5 of RFC 9562: the SHA-1 of namespace and name, with version and variant', () => {
  const namespace = Buffer.from('3f8a1c527d644b0e9a35c1e7d2b86f90', 'hex');
  const bytes = createHash('sha1').update(namespace).update('["order","default","demo-1"]').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  expect(orderIdOf('default', 'demo-1').replaceAll('-', '')).toBe(bytes.toString('hex'));
});

const part = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('a', 'a,', 'a"', '","', 'null', ''));
const identity: fc.Arbitrary<RequestIdentity> = fc.record(
  { principal: part, operationId: part, orderId: part, requestId: part },
  { requiredKeys: ['principal', 'operationId', 'requestId'] },
);

test('two requests have the same event id only if they are the same request', () => {
  const textOf = ({ principal, operationId, orderId, requestId }: RequestIdentity) =>
    [principal, operationId, orderId ?? '\0none', requestId].join('\0\0');
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      expect(eventIdOf(a) === eventIdOf(b)).toBe(textOf(a) === textOf(b));
    }),
    { numRuns: 1_000 },
  );
});

test('parts that only look alike when they stand side by side make different ids', () => {
  const ids = [
    eventIdOf({ principal: 'a', operationId: 'b', requestId: 'c' }),
    eventIdOf({ principal: 'ab', operationId: '', requestId: 'c' }),
    eventIdOf({ principal: 'a","b', operationId: '', requestId: 'c' }),
    eventIdOf({ principal: 'a', operationId: 'b', orderId: 'null', requestId: 'c' }),
    eventIdOf({ principal: 'a', operationId: 'b', orderId: '', requestId: 'c' }),
    eventIdOf({ principal: 'a', operationId: 'b', orderId: 'c', requestId: '' }),
    orderIdOf('a', 'b'),
    orderIdOf('ab', ''),
    orderIdOf('a","b', ''),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
