// What a replay does when a transaction fails: it opens again, looks at the marks again, and only then goes on.
import { describe, expect, test } from '@jest/globals';
import { FencedError, ReplayError } from '../../src/replay/errors.ts';
import { sourceOf, type Letter } from '../../src/replay/letter-book.ts';
import type { Send, Transactions } from '../../src/replay/ports.ts';
import { redrive } from '../../src/replay/redrive.ts';
import { aLetter } from '../support/dead-letters.ts';

/** What becomes of a transaction: nothing is given where it goes well. */
type Fault = { readonly written: boolean; readonly error: Error } | undefined;

const lost = new Error('closed connection');

const lettersOf = (count: number, marks = 0): Letter[] =>
  Array.from({ length: count }, (_, i) => ({ ...aLetter(i), places: [{ partition: 0, offset: BigInt(i) }], marks }));

/** Topics in memory, whose transactions fail as told, one after the other, and then go well. */
function topicsWith(letters: readonly Letter[], faults: readonly Fault[]) {
  const marks = new Map(letters.map((letter) => [sourceOf(letter), letter.marks]));
  const retried: string[] = [];
  const sizes: number[] = [];
  let opened = 0;
  let commits = 0;

  const write = (sends: readonly Send[]): void => {
    for (const { headers } of sends.filter(({ topic }) => topic === 'retry').flatMap(({ records }) => records)) {
      const id = String(headers['ce_id']);
      retried.push(id);
      const letter = letters.find(({ record }) => record.headers['ce_id'] === id);
      if (letter !== undefined) marks.set(sourceOf(letter), (marks.get(sourceOf(letter)) ?? 0) + 1);
    }
  };

  function transactions(): Transactions {
    let failed = false;
    return {
      commit(sends) {
        if (failed) throw new Error('something went through a producer that had failed');
        sizes.push(
          sends.filter(({ topic }) => topic === 'retry').reduce((sum, { records }) => sum + records.length, 0),
        );
        const fault = faults[commits];
        commits += 1;
        if (fault === undefined || fault.written) write(sends);
        failed = fault !== undefined;
        return fault === undefined ? Promise.resolve() : Promise.reject(fault.error);
      },
      close: () => Promise.resolve(),
    };
  }

  return {
    /** Sorted: what is sent together is sent by partitions. */
    retried: () => [...retried].sort(),
    sizes,
    marks,
    opened: () => opened,
    open: () => {
      opened += 1;
      return Promise.resolve(transactions());
    },
    readSettled: () =>
      Promise.resolve({
        letters: letters
          .filter((letter) => marks.has(sourceOf(letter)))
          .map((letter) => ({ ...letter, marks: marks.get(sourceOf(letter)) ?? 0 })),
        foreign: 0,
      }),
  };
}

async function replay(letters: readonly Letter[], faults: readonly Fault[], prepare?: (topics: Topics) => void) {
  const topics = topicsWith(letters, faults);
  prepare?.(topics);
  const said: string[] = [];
  const progress = {
    start: () => undefined,
    done: () => undefined,
    say: (line: string) => said.push(line),
    stop: () => undefined,
  };
  const result = await redrive(letters, {
    topic: { readSettled: topics.readSettled },
    open: topics.open,
    topics: { letterTopic: 'letters', retryTopic: 'retry' },
    pace: () => Promise.resolve(),
    batchMax: 10,
    stop: new AbortController().signal,
    progress,
  });
  return { ...result, topics, said };
}
type Topics = ReturnType<typeof topicsWith>;

const ids = (count: number) => Array.from({ length: count }, (_, i) => `event-${i}`).sort();

test('all of it goes through one producer where nothing fails', async () => {
  const { replayed, left, topics } = await replay(lettersOf(25), []);
  expect([replayed, left, topics.opened()]).toEqual([25, 0, 1]);
  expect(topics.retried()).toEqual(ids(25));
  expect(topics.sizes).toEqual([10, 10, 5]);
});

describe('after a transaction whose end is not known', () => {
  test.each([true, false])('nothing is sent twice and nothing is left out (it was written: %j)', async (written) => {
    const { replayed, already, left, topics, said } = await replay(lettersOf(25), [
      undefined,
      { written, error: lost },
    ]);
    expect({ replayed, already, left }).toEqual({ replayed: 25, already: 0, left: 0 });
    expect(topics.retried()).toEqual(ids(25));
    expect(topics.opened()).toBe(2);
    expect(said).toEqual([expect.stringMatching(/Trying again\.$/)]);
  });

  test.each([true, false])('the same with --again, for letters that have marks already (%j)', async (written) => {
    const { replayed, topics } = await replay(lettersOf(5, 3), [{ written, error: lost }]);
    expect([replayed, topics.retried()]).toEqual([5, ids(5)]);
  });
});

test('what another has marked meanwhile, or retention has taken, is not sent', async () => {
  const letters = lettersOf(3);
  const { replayed, already, refused, left, topics } = await replay(letters, [], ({ marks }) => {
    marks.set('orders/0/0', 1);
    marks.delete('orders/1/1');
  });
  expect({ replayed, already, left, sent: topics.retried() }).toEqual({
    replayed: 1,
    already: 1,
    left: 0,
    sent: ['event-2'],
  });
  expect(refused.map(({ letter }) => sourceOf(letter))).toEqual(['orders/1/1']);
});

test('a record that is at fault is found among its batch, and refused alone', async () => {
  const large = new Error('MESSAGE_TOO_LARGE');
  const faults: Fault[] = [{ written: false, error: large }, undefined, { written: false, error: large }];
  const { replayed, refused, left, error, topics } = await replay(lettersOf(12), faults);
  expect({ replayed, left, error }).toEqual({ replayed: 11, left: 0, error: undefined });
  expect(refused.map(({ letter }) => sourceOf(letter))).toEqual(['orders/1/1']);
  expect(topics.sizes).toEqual([10, 1, 1, ...Array.from({ length: 8 }, () => 1), 2]);
});

describe('it ends', () => {
  const refusal = new Error('Not authorized to access topics: TOPIC_AUTHORIZATION_FAILED');

  test('at once where another has taken over', async () => {
    const { error, left, topics } = await replay(lettersOf(12), [
      undefined,
      { written: false, error: new FencedError('') },
    ]);
    expect(error).toBeInstanceOf(ReplayError);
    expect(error?.message).toBe('Another replay of letters has taken over, so this one has ended.');
    expect([left, topics.opened()]).toEqual([2, 1]);
  });

  test('at once where trying again is of no use, and says what is needed', async () => {
    const { error, left, topics } = await replay(lettersOf(2), [{ written: false, error: refusal }]);
    expect(error?.message).toMatch(/needs Write on both topics, and Write and Describe on the transactional id/);
    expect([left, topics.opened()]).toEqual([2, 1]);
  });

  test('after failures one after the other, and says what is left', async () => {
    const faults = Array.from({ length: 9 }, () => ({ written: false, error: lost }));
    const { error, replayed, left, topics } = await replay(lettersOf(2), faults);
    expect(error).toBeInstanceOf(ReplayError);
    expect([replayed, left, topics.opened()]).toEqual([0, 2, 5]);
  });
});
