import { describe, expect, test } from '@jest/globals';
import { certainlyNotWritten } from '../../src/publishing/kafka/produce-outcome.ts';

const NOT_ENOUGH_REPLICAS = 19;

test('a send of which nothing left for the broker is certainly not written', () => {
  expect(certainlyNotWritten([])).toBe(true);
});

describe('a send is certainly not written if the broker refused it before it appended anything', () => {
  test.each([2, 10, 17, 18, 19, 29, 31, 32, 43, 44, 87])('error code %i', (code) => {
    expect(certainlyNotWritten([code])).toBe(true);
    expect(certainlyNotWritten([code, NOT_ENOUGH_REPLICAS, code])).toBe(true);
  });
});

describe('a send may be written where an attempt', () => {
  test.each<[string, number | undefined]>([
    ['has no answer', undefined],
    ['succeeded', 0],
    ['failed in an unknown way', -1],
    ['met a leader that lost its partition', 6],
    ['met a broker that does not have the partition', 3],
    ['was appended and timed out', 7],
    ['was appended with too few replicas', 20],
    ['met a failing disk', 56],
    ['was out of sequence', 45],
    ['was a duplicate', 46],
    ['met a producer id that is not known', 59],
    ['met a fenced producer', 47],
    ['had a code nobody knows', 32_000],
  ])('%s', (_what, code) => {
    expect(certainlyNotWritten([code])).toBe(false);
    expect(certainlyNotWritten([NOT_ENOUGH_REPLICAS, code])).toBe(false);
    expect(certainlyNotWritten([code, NOT_ENOUGH_REPLICAS])).toBe(false);
  });
});
