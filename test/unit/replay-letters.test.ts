// What stands on the dead-letter topic, what of it is meant, and how it is shown.
import { describe, expect, test } from '@jest/globals';
import type { DeadLetter } from '../../src/dead-letters/dead-letter.ts';
import { toLetterRecord, toMarkRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { nextBatch, sendsOf } from '../../src/replay/batches.ts';
import { fits, type Filters, type LetterFacts } from '../../src/replay/filters.ts';
import { createLetterBook, factsOf, placeText, sourceOf, type Letter } from '../../src/replay/letter-book.ts';
import { letterJson, letterLine, plain, summaryLines } from '../../src/replay/lines.ts';
import { aLetter } from '../support/dead-letters.ts';

type Entry = ReturnType<typeof toLetterRecord>;

const markOf = (partition: number, offset: bigint) =>
  toMarkRecord({ letter: { partition, offset }, retry: { topic: 'orders.retry', partition }, replayedAt: 0 });

/** The book of one partition. */
function bookOf(entries: readonly Entry[], { partition = 0, isVoid = false } = {}) {
  const book = createLetterBook();
  book.take(
    partition,
    entries.map((entry, i) => ({ ...entry, offset: BigInt(i), isVoid })),
  );
  return book.finish();
}

/** The letter as it is read from the topic. */
function letterOf(letter: DeadLetter): Letter {
  const [read] = bookOf([toLetterRecord(letter)]).letters;
  if (read === undefined) throw new Error('no letter');
  return read;
}

describe('the book', () => {
  test('holds each source once, with all its places, and how often it was marked', () => {
    const entries = [toLetterRecord(aLetter(1)), toLetterRecord(aLetter(2)), toLetterRecord(aLetter(1))];
    const { letters, foreign } = bookOf([...entries, markOf(0, 2n), markOf(0, 2n), markOf(1, 1n)]);
    expect(letters.map((letter) => [sourceOf(letter), letter.places.map(placeText), letter.marks])).toEqual([
      ['orders/1/1', ['0/0', '0/2'], 2],
      ['orders/2/2', ['0/1'], 0],
    ]);
    expect(foreign).toBe(0);
  });

  test('passes over what is void and counts what is neither letter nor mark', () => {
    expect(bookOf([toLetterRecord(aLetter(1))], { isVoid: true })).toEqual({ letters: [], foreign: 0 });
    const foreign = { key: null, value: Buffer.from('x'), headers: {} };
    const badMark = { key: null, value: Buffer.from('{'), headers: { dlq_mark: 'replayed' } };
    expect(bookOf([foreign, badMark])).toEqual({ letters: [], foreign: 2 });
  });

  test('is in the order of the sources, whatever that of the letters', () => {
    const places = [
      ['b', 0, 1n],
      ['a', 1, 0n],
      ['a', 0, 10n],
      ['a', 0, 9n],
      ['a', 0, 9007199254740993n],
    ] as const;
    const letters = places.map(([topic, partition, offset]) => aLetter(0, {}, { topic, partition, offset }));
    expect(bookOf(letters.map(toLetterRecord)).letters.map(sourceOf)).toEqual([
      'a/0/9',
      'a/0/10',
      'a/0/9007199254740993',
      'a/1/0',
      'b/0/1',
    ]);
  });
});

describe('filters', () => {
  const letter: LetterFacts = { time: 1_000, reason: 'r', type: 't', orderId: 'o', places: ['0/1', '2/3'] };

  test.each<[Filters, boolean]>([
    [{}, true],
    [{ reasons: ['x', 'r'] }, true],
    [{ reasons: ['x'] }, false],
    [{ since: 1_000 }, true],
    [{ since: 1_001 }, false],
    [{ until: 1_001 }, true],
    [{ until: 1_000 }, false],
    [{ orders: ['o'] }, true],
    [{ orders: ['O'] }, false],
    [{ types: ['t'] }, true],
    [{ types: [] }, false],
    [{ places: ['2/3'] }, true],
    [{ places: ['0/3'] }, false],
    [{ reasons: ['r'], orders: ['x'] }, false],
  ])('%j: %j', (filters, expected) => {
    expect(fits(filters, letter)).toBe(expected);
  });

  test('a letter without a time is within none', () => {
    expect(fits({ since: 0 }, { ...letter, time: NaN })).toBe(false);
    expect(fits({ until: 2_000 }, { ...letter, time: NaN })).toBe(false);
  });

  test('the order is the key, or without one the subject', () => {
    const headers = { ce_subject: [Buffer.from('a'), Buffer.from('subject')] };
    expect(factsOf(letterOf(aLetter(1, {}, { headers }))).orderId).toBe('order-1');
    expect(factsOf(letterOf(aLetter(1, {}, { key: null, headers }))).orderId).toBe('subject');
    expect(factsOf(letterOf(aLetter(1, {}, { key: null, headers: {} })))).toMatchObject({ orderId: '', type: '' });
  });
});

describe('lines', () => {
  test('hold nothing that a terminal would obey', () => {
    expect(plain('a\nb\r\u001b[2J\u009b1m\u0000\u2028\u00e9')).toBe('a\\nb\\r\\u001b[2J\\u009b1m\\u0000\\u2028\u00e9');
    const letter = letterOf(aLetter(1, { error: '\u001b]0;x\u0007' }, { key: Buffer.from('a\nb') }));
    expect(letterLine(letter)).toBe(
      '0/0  2026-01-02T03:04:05.679Z  handler_failed  attempts=4  orders.order.created.v1  a\\nb  \\u001b]0;x\\u0007',
    );
    expect(letterJson(letter)).not.toContain('\n');
  });

  test('a summary has the most frequent reason first', () => {
    const letters = ['b', 'a', 'c', 'c'].map((reason) => ({ reason }));
    expect(summaryLines(letters)).toEqual(['4 dead letters', '  2  c', '  1  a', '  1  b']);
  });
});

describe('batches', () => {
  const letters = Array.from({ length: 30 }, (_, i) => letterOf(aLetter(i)));

  test('are small in number and in bytes, and no larger than asked for', () => {
    expect(nextBatch(letters, new Set(), 1_000)).toHaveLength(20);
    expect(nextBatch(letters, new Set(), 7)).toHaveLength(7);
    const large = [1, 2, 3].map((i) => letterOf(aLetter(i, {}, { value: Buffer.alloc(200_000) })));
    expect(nextBatch(large, new Set(), 20)).toHaveLength(1);
    expect(nextBatch([], new Set(), 20)).toEqual([]);
  });

  test('a suspect goes alone', () => {
    const suspects = new Set(['orders/2/2']);
    expect(nextBatch(letters, suspects, 20).map(sourceOf)).toEqual(['orders/0/0', 'orders/1/1']);
    expect(nextBatch(letters.slice(2), suspects, 20).map(sourceOf)).toEqual(['orders/2/2']);
  });

  test('hold a record on the partition of its number, and a mark wherever the letter stands', () => {
    const book = createLetterBook();
    book.take(4, [{ ...toLetterRecord(aLetter(1)), offset: 7n, isVoid: false }]);
    book.take(5, [{ ...toLetterRecord(aLetter(1)), offset: 8n, isVoid: false }]);
    const sends = sendsOf(book.finish().letters, { letterTopic: 'dlq', retryTopic: 'retry' }, 0);
    expect(sends.map(({ topic, partition }) => [topic, partition])).toEqual([
      ['retry', 1],
      ['dlq', 4],
      ['dlq', 5],
    ]);
    expect(sends[0]?.records[0]).toMatchObject({ headers: { replay_letter: 'dlq/4/7' } });
    expect(String(sends[2]?.records[0]?.value)).toBe(
      '{"letter":{"partition":5,"offset":"8"},"retry":{"topic":"retry","partition":1},"replayedAt":"1970-01-01T00:00:00.000Z"}',
    );
  });

  test('one send for each partition', () => {
    const sends = sendsOf(letters, { letterTopic: 'dlq', retryTopic: 'retry' }, 0);
    expect(sends.map(({ topic, partition, records }) => [topic, partition, records.length])).toEqual([
      ['retry', 0, 10],
      ['retry', 1, 10],
      ['retry', 2, 10],
      ['dlq', 0, 30],
    ]);
  });
});
