/**
 * Property: once transactions are opened, nobody who opened them before can write any more, and what they left open is ended, also
 * when the new owner has not written anything yet. The marks are read in that moment.
 */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { END } from '../../src/kafka/topic-link.ts';
import { createTopicQuestions } from '../../src/reading/kafkajs/ask-topic.ts';
import { FencedError } from '../../src/replay/errors.ts';
import { openTransactions } from '../../src/replay/kafkajs/transactions.ts';
import type { Transactions } from '../../src/replay/ports.ts';
import { readCommitted } from '../support/dead-letters.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { withProducer } from '../support/reading-kafka.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestTopic, type TestTopic } from '../support/test-topic.ts';

describeWithKafka('transactions of a replay', ({ bootstrap }) => {
  let topic: TestTopic;
  let transactionalId: string;
  const opened: Transactions[] = [];
  beforeEach(async () => {
    topic = await createTestTopic(bootstrap, { partitions: 1 });
    transactionalId = `test-replay-${randomUUID()}`;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(({ close }) => close()));
    await topic.remove();
  });

  const settings = () => ({ brokers: bootstrap.split(','), topic: topic.name });

  async function open(): Promise<Transactions> {
    const transactions = await openTransactions({ settings: settings(), log: silentLog, transactionalId });
    opened.push(transactions);
    return transactions;
  }

  const send = (text: string, partition = 0) => ({
    topic: topic.name,
    partition,
    records: [{ key: null, value: Buffer.from(text), headers: {} }],
  });
  const texts = async () => (await readCommitted(bootstrap, topic.name)).map(({ value }) => String(value));

  /** Where the partition ends, for a reader of everything or of what is committed. */
  async function endOf(committedOnly: boolean): Promise<bigint> {
    const questions = createTopicQuestions({ settings: settings(), log: silentLog, committedOnly });
    const end = await questions.ask((link) => link.offsetAt(0, END));
    questions.close();
    return end;
  }

  test('whoever opened them before is told that another has taken over', async () => {
    const first = await open();
    await first.commit([send('first')]);
    const second = await open();
    await expect(first.commit([send('too late')])).rejects.toThrow(FencedError);
    await second.commit([send('second')]);
    await second.commit([send('third')]);
    expect(await texts()).toEqual(['first', 'second', 'third']);
  });

  test('what a dead one left open is ended, and is nothing', async () => {
    await withProducer(
      bootstrap,
      async (dead) => {
        const left = await dead.transaction();
        await left.send({ topic: topic.name, messages: [{ value: 'left open', partition: 0 }] });
      },
      { transactionalId },
    );
    expect(await endOf(true)).toBeLessThan(await endOf(false));
    await open();
    expect(await endOf(true)).toBe(await endOf(false));
    expect(await texts()).toEqual([]);
  });

  test('several sends are written together or not at all', async () => {
    const transactions = await open();
    await expect(transactions.commit([send('half'), send('to no partition', 7)])).rejects.toThrow();
    expect(await texts()).toEqual([]);
  });
});
