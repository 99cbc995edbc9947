/**
 * Property: whatever ends a replay, each letter is either on the retry topic and marked, or neither; so the same command goes on,
 * and in the end each letter was replayed once. The reader is one that reads only what is committed.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  aLetter,
  createLetterTopics,
  markedMoreThan,
  readCommitted,
  readMarks,
  readPlaces,
  writeLetters,
  type LetterTopics,
} from '../support/dead-letters.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy } from '../support/kafka-proxy.ts';
import { runReplay, startReplay, type ReplayProcess } from '../support/replay-process.ts';

const LETTERS = 120;

describeWithKafka('a replay that is ended', ({ bootstrap }) => {
  let topics: LetterTopics;
  const running: ReplayProcess[] = [];
  beforeEach(async () => {
    topics = await createLetterTopics(bootstrap);
    const letters = Array.from({ length: LETTERS }, (_, i) => aLetter(i));
    // Not beside their source, so that each transaction spans partitions of both topics.
    for (const partition of [0, 1, 2]) {
      const own = letters.filter((_, i) => i % 7 === partition || (partition === 0 && i % 7 > 2));
      await writeLetters(bootstrap, topics.letters, own, { partition });
    }
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((replay) => replay.kill()));
    await topics.remove();
  });

  const marks = () => readMarks(bootstrap, topics.letters);
  const retriedIds = async () =>
    (await readCommitted(bootstrap, topics.retry)).map(({ headers }) => String(headers['ce_id'])).sort();

  function start(rate: number): ReplayProcess {
    const replay = startReplay(['run', '--rate', String(rate)], topics.env);
    running.push(replay);
    return replay;
  }

  const marking = (replay: ReplayProcess) => ({ bootstrap, topic: topics.letters, replay });

  async function expectEachOnce(): Promise<void> {
    expect(await retriedIds()).toEqual(Array.from({ length: LETTERS }, (_, i) => `event-${i}`).sort());
    expect(await marks()).toEqual(await readPlaces(bootstrap, topics.letters));
  }

  test('by kill -9, three times: each letter once', async () => {
    for (let round = 0; round < 3; round += 1) {
      const before = (await marks()).length;
      const replay = start(40);
      await markedMoreThan(before, marking(replay));
      await replay.kill();
      expect(await replay.ended).toBe('SIGKILL');
    }
    expect((await marks()).length).toBeLessThan(LETTERS);
    const rest = await runReplay(['run', '--rate', '1000'], topics.env);
    expect(rest).toMatchObject({ code: 0, stderr: expect.stringContaining(' 0 refused, 0 left.') as unknown });
    await expectEachOnce();
  });

  test('by kill -9 in the middle of a transaction: what was written of it is never seen, and is replayed', async () => {
    const proxy = await startKafkaProxy(bootstrap);
    const replay = startReplay(['run', '--rate', '40'], { ...topics.env, KAFKA_BROKERS: proxy.bootstrap });
    running.push(replay);
    await markedMoreThan(0, marking(replay));
    // A record is written, and its answer does not come: the mark is not sent yet.
    const before = proxy.lostAnswers();
    proxy.setFault({ kind: 'withhold' });
    await proxy.waitForLost(before + 1);
    await replay.kill();
    await proxy.close();
    expect(await retriedIds()).toHaveLength((await marks()).length);
    expect((await runReplay(['run', '--rate', '1000'], topics.env)).code).toBe(0);
    await expectEachOnce();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s: after the batch under way, and it says what is left',
    async (signal) => {
      const replay = start(40);
      await markedMoreThan(0, marking(replay));
      replay.signal(signal);
      expect(await replay.ended).toBe(1);
      const [, replayed, left] = /^(\d+) letters replayed, 0 refused, (\d+) left\.$/m.exec(replay.stderr()) ?? [];
      expect(Number(left)).toBeGreaterThan(0);
      expect(Number(replayed) + Number(left)).toBe(LETTERS);
      expect(replay.stderr()).toContain('The same command goes on with them.');
      expect(await retriedIds()).toHaveLength(Number(replayed));
      expect(await marks()).toHaveLength(Number(replayed));
      expect((await runReplay(['run', '--rate', '1000'], topics.env)).code).toBe(0);
      await expectEachOnce();
    },
  );

  test('by another one that begins: the first says so in one line, the second brings it to its end', async () => {
    const first = start(40);
    await markedMoreThan(0, marking(first));
    const second = await runReplay(['run', '--rate', '1000'], topics.env);
    expect(await first.ended).toBe(1);
    expect(first.stderr().match(/^Another replay of .* has taken over, so this one has ended\.$/gm)).toHaveLength(1);
    expect(first.stderr()).not.toMatch(/^ +at /m);
    expect(second.code).toBe(0);
    await expectEachOnce();
  });
});
