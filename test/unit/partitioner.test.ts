import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createPartitioner } from '../../src/kafka/partitioner.ts';

// murmur2 of Kafka's own unit test (UtilsTest.testMurmur2 of Apache Kafka's clients).
const JAVA_CLIENT: [key: string, hash: number][] = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
];

test.each(JAVA_CLIENT)('the key %s goes where the Java client puts it', (key, hash) => {
  for (const partitions of [1, 2, 6, 7, 50]) {
    expect(createPartitioner(partitions)(key)).toBe((hash & 0x7fffffff) % partitions);
  }
});

/** murmur2 once more, written from its published description with 32-bit arithmetic. */
function murmur2(bytes: Buffer): number {
  const M = 0x5bd1e995;
  let hash = 0x9747b28c ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  const rest = bytes.subarray(at);
  if (rest.length > 0) hash = Math.imul(hash ^ rest.reduce((sum, byte, i) => sum | (byte << (8 * i)), 0), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

test('every key goes where murmur2 of its UTF-8 bytes says', () => {
  expect(JAVA_CLIENT.map(([key]) => murmur2(Buffer.from(key)))).toEqual(JAVA_CLIENT.map(([, hash]) => hash));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 100 }), (key, partitions) => {
      const expected = (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
      expect(createPartitioner(partitions)(key)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('keys spread over all partitions', () => {
  const partitionOf = createPartitioner(6);
  const used = new Set(Array.from({ length: 200 }, (_, i) => partitionOf(`order-${i}`)));
  expect([...used].sort()).toEqual([0, 1, 2, 3, 4, 5]);
});
