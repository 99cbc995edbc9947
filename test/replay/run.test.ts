import { randomBytes } from 'node:crypto';
/** Property: a run puts each letter that is meant on the retry topic once, as it was, and marks it. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  aLetter,
  createLetterTopics,
  readCommitted,
  readMarks,
  readPlaces,
  writeLetters,
  type LetterTopics,
} from '../support/dead-letters.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { runReplay } from '../support/replay-process.ts';
import { createTestTopic } from '../support/test-topic.ts';

describeWithKafka('npm run replay -- run', ({ bootstrap }) => {
  let topics: LetterTopics;
  beforeEach(async () => {
    topics = await createLetterTopics(bootstrap);
  });
  afterEach(() => topics.remove());

  const run = (...args: string[]) => runReplay(['run', '--rate', '1000', ...args], topics.env);
  const retried = () => readCommitted(bootstrap, topics.retry);
  const retriedIds = async () => (await retried()).map(({ headers }) => String(headers['ce_id'])).sort();

  test('the record comes as it was, on the partition of its number: bytes, headers given twice, no key, no value', async () => {
    const bytes = Buffer.from([0, 255, 254, 10, 13, 0, 128]);
    const headers = { ce_id: 'event-1', twice: [bytes, Buffer.from('b'), Buffer.from('')], empty: '' };
    await writeLetters(bootstrap, topics.letters, [aLetter(1, {}, { value: bytes, headers })], { partition: 0 });
    await writeLetters(bootstrap, topics.letters, [aLetter(2, {}, { key: null, value: null, headers: {} })]);
    const before = Date.now();
    expect(await run()).toMatchObject({ code: 0, stderr: '2 letters replayed, 0 refused, 0 left.\n' });
    const [first, second, ...others] = (await retried()).sort((a, b) => a.partition - b.partition);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ partition: 1, key: Buffer.from('order-1'), value: bytes });
    expect(second).toMatchObject({ partition: 2, key: null, value: null });
    const { replay_letter: letter, replay_time: time, ...untouched } = first?.headers ?? {};
    expect(untouched).toEqual({
      ce_id: Buffer.from('event-1'),
      twice: headers.twice,
      empty: Buffer.from(''),
    });
    expect(String(letter)).toBe(`${topics.letters}/0/0`);
    expect(Date.parse(String(time))).toBeGreaterThanOrEqual(before);
    expect(Object.keys(second?.headers ?? {})).toEqual(['replay_letter', 'replay_time']);
    expect(await readMarks(bootstrap, topics.letters)).toEqual(await readPlaces(bootstrap, topics.letters));
  });

  test('what is replayed is not listed any more, and not replayed again', async () => {
    await writeLetters(bootstrap, topics.letters, [aLetter(1), aLetter(2)]);
    await run();
    expect(await run()).toMatchObject({ code: 0, stderr: 'There is nothing to replay.\n' });
    expect(await retriedIds()).toEqual(['event-1', 'event-2']);
    expect((await runReplay(['list'], topics.env)).lines).toEqual(['0 dead letters']);
    const { lines } = await runReplay(['list', '--all'], topics.env);
    expect(lines.filter((line) => line.endsWith(' (replayed)'))).toHaveLength(2);
  });

  test('--again also replays what was replayed', async () => {
    await writeLetters(bootstrap, topics.letters, [aLetter(1), aLetter(2)]);
    await run('--order', 'order-1');
    expect(await run('--again')).toMatchObject({ code: 0, stderr: '2 letters replayed, 0 refused, 0 left.\n' });
    expect(await retriedIds()).toEqual(['event-1', 'event-1', 'event-2']);
  });

  test('--dry-run says which, and sends nothing', async () => {
    await writeLetters(bootstrap, topics.letters, [aLetter(1), aLetter(2)]);
    const { code, lines, stderr } = await run('--dry-run', '--order', 'order-2');
    expect([code, stderr]).toEqual([0, 'Nothing was sent.\n']);
    expect(lines).toEqual([expect.stringContaining('order-2'), '1 dead letter', '  1  handler_failed']);
    expect(await retried()).toEqual([]);
    expect(await readMarks(bootstrap, topics.letters)).toEqual([]);
  });

  test('filters choose what is replayed; what was aborted never is', async () => {
    await writeLetters(bootstrap, topics.letters, [aLetter(1), aLetter(2, { reason: 'not_json' }), aLetter(3)]);
    await writeLetters(bootstrap, topics.letters, [aLetter(4, { reason: 'not_json' })], { abort: true });
    await run('--reason', 'not_json');
    expect(await retriedIds()).toEqual(['event-2']);
    await run();
    expect(await retriedIds()).toEqual(['event-1', 'event-2', 'event-3']);
  });

  test('letters with one source are one letter: one record, and each of them is marked', async () => {
    for (const partition of [0, 1, 1]) await writeLetters(bootstrap, topics.letters, [aLetter(1)], { partition });
    expect(await run()).toMatchObject({ code: 0, stderr: '1 letter replayed, 0 refused, 0 left.\n' });
    expect(await retriedIds()).toEqual(['event-1']);
    expect(await readMarks(bootstrap, topics.letters)).toEqual(await readPlaces(bootstrap, topics.letters));
    await writeLetters(bootstrap, topics.letters, [aLetter(1)], { partition: 2 });
    expect((await run()).stderr).toBe('There is nothing to replay.\n');
  });

  test('the events of a partition come in their order', async () => {
    const offsets = Array.from({ length: 50 }, (_, i) => i * 3);
    await writeLetters(
      bootstrap,
      topics.letters,
      offsets.toReversed().map((offset) => aLetter(offset)),
    );
    await run();
    expect((await retried()).map(({ headers }) => String(headers['ce_id']))).toEqual(
      offsets.map((offset) => `event-${offset}`),
    );
  });

  test('a record the retry topic does not take is refused and stays; the others are replayed', async () => {
    const small = await createTestTopic(bootstrap, { partitions: 3, configs: { 'max.message.bytes': '20000' } });
    const large = aLetter(4, {}, { value: randomBytes(30_000) });
    await writeLetters(bootstrap, topics.letters, [aLetter(1), large, aLetter(7)]);
    const env = { ...topics.env, KAFKA_RETRY_TOPIC: small.name };
    const { code, stderr } = await runReplay(['run'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^1\/\d+ was not replayed: The message is larger.*\n2 letters replayed, 1 refused, 0 left.\n$/,
    );
    const ids = (await readCommitted(bootstrap, small.name)).map(({ headers }) => String(headers['ce_id']));
    expect(ids.sort()).toEqual(['event-1', 'event-7']);
    expect((await runReplay(['list'], env)).lines).toContain('1 dead letter');
    await small.remove();
  });

  test('without the retry topic, or with too few partitions, nothing is sent, and one line says what to do', async () => {
    await writeLetters(bootstrap, topics.letters, [aLetter(1), aLetter(2)]);
    const missing = await runReplay(['run'], { ...topics.env, KAFKA_RETRY_TOPIC: 'nowhere' });
    expect(missing).toMatchObject({
      code: 1,
      stderr: 'There is no topic nowhere: create it, or check KAFKA_RETRY_TOPIC.\n',
    });
    const narrow = await createTestTopic(bootstrap, { partitions: 2 });
    const { code, stderr } = await runReplay(['run'], { ...topics.env, KAFKA_RETRY_TOPIC: narrow.name });
    expect([code, stderr.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining('has 2 partitions')]]);
    expect(await readCommitted(bootstrap, narrow.name)).toEqual([]);
    expect(await readMarks(bootstrap, topics.letters)).toEqual([]);
    await narrow.remove();
  });
});
