/**
 * Property: a replay that loses its connections, or only the answers, brings each letter to the retry topic once. Whether what it
 * lost was written it learns from the marks.
 */
import { expect, test } from '@jest/globals';
import {
  aLetter,
  createLetterTopics,
  markedMoreThan,
  readCommitted,
  readMarks,
  readPlaces,
  writeLetters,
} from '../support/dead-letters.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy, type KafkaProxy } from '../support/kafka-proxy.ts';
import { startReplay } from '../support/replay-process.ts';

const LETTERS = 120;

describeWithKafka('through a network that loses things', ({ bootstrap }) => {
  test.each<[string, (proxy: KafkaProxy) => Promise<void>]>([
    [
      'every connection is cut',
      (proxy) => {
        proxy.cutAll();
        return Promise.resolve();
      },
    ],
    [
      'the answer to what was sent is lost with its connection',
      async (proxy) => {
        const before = proxy.lostAnswers();
        proxy.setFault({ kind: 'cut' });
        await proxy.waitForLost(before + 1);
        proxy.setFault({ kind: 'none' });
      },
    ],
  ])('%s, again and again', async (_what, strike) => {
    const topics = await createLetterTopics(bootstrap);
    const proxy = await startKafkaProxy(bootstrap);
    await writeLetters(
      bootstrap,
      topics.letters,
      Array.from({ length: LETTERS }, (_, i) => aLetter(i)),
    );
    const replay = startReplay(['run', '--rate', '40'], { ...topics.env, KAFKA_BROKERS: proxy.bootstrap });
    for (let round = 1; round <= 3; round += 1) {
      await markedMoreThan(round * 20 - 1, { bootstrap, topic: topics.letters, replay });
      await strike(proxy);
    }
    expect(await replay.ended).toBe(0);
    expect(replay.stderr()).toContain(`${LETTERS} letters replayed, 0 refused, 0 left.`);
    const ids = (await readCommitted(bootstrap, topics.retry)).map(({ headers }) => String(headers['ce_id']));
    expect(ids.sort()).toEqual(Array.from({ length: LETTERS }, (_, i) => `event-${i}`).sort());
    expect(await readMarks(bootstrap, topics.letters)).toEqual(await readPlaces(bootstrap, topics.letters));
    await proxy.close();
    await topics.remove();
  });
});
