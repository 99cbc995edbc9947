/**
 * Property: a mark counts even where it cannot be seen yet. A worker's transaction that is open on the dead-letter topic hides
 * all that stands behind it from whoever reads only what is committed, and so the marks of an earlier replay.
 */
import { randomUUID } from 'node:crypto';
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
import { withProducer } from '../support/reading-kafka.ts';
import { runReplay, startReplay } from '../support/replay-process.ts';

const LETTERS = 60;

describeWithKafka('a transaction that is open on the dead-letter topic', ({ bootstrap }) => {
  test('leads to no second replay of what is marked behind it: the replay waits for its end', async () => {
    const topics = await createLetterTopics(bootstrap);
    const letters = Array.from({ length: LETTERS }, (_, i) => aLetter(i));
    await writeLetters(bootstrap, topics.letters, letters, { partition: 0 });
    const first = startReplay(['run', '--rate', '40'], topics.env);
    await markedMoreThan(0, { bootstrap, topic: topics.letters, replay: first });
    await withProducer(
      bootstrap,
      async (worker) => {
        const open = await worker.transaction();
        await open.send({ topic: topics.letters, messages: [{ value: 'not yet', partition: 0 }] });
        expect(await first.ended).toBe(0);
        expect((await readMarks(bootstrap, topics.letters)).length).toBeLessThan(LETTERS);
        const second = startReplay(['run'], topics.env);
        await second.waitForStderr('Waiting for the end of a transaction');
        await open.commit();
        expect(await second.ended).toBe(0);
        expect(second.stderr()).toMatch(/^0 letters replayed, 0 refused, 0 left\.\n\d+ had been replayed by another/m);
      },
      { transactionalId: `test-worker-${randomUUID()}` },
    );
    expect((await runReplay(['run'], topics.env)).stderr).toBe('There is nothing to replay.\n');
    expect(await readCommitted(bootstrap, topics.retry)).toHaveLength(LETTERS);
    expect(await readMarks(bootstrap, topics.letters)).toEqual(await readPlaces(bootstrap, topics.letters));
    await topics.remove();
  });
});
