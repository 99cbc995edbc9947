import { ReplayError } from './errors.ts';
import type { Filters } from './filters.ts';
import { placeText, type Letter } from './letter-book.ts';
import { countText, letterLine, plain, summaryLines } from './lines.ts';
import { choose, type Output } from './list.ts';
import { createPace } from './pace.ts';
import type { LetterTopic, OpenTransactions } from './ports.ts';
import type { Progress } from './progress.ts';
import { redrive } from './redrive.ts';

/** What a run needs. */
export interface RunDeps {
  readonly topic: LetterTopic;
  readonly open: OpenTransactions;
  readonly topics: { readonly letterTopic: string; readonly retryTopic: string };
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

/** Replays the letters that are meant. Resolves with whether nothing is left of them; rejects with a ReplayError. */
export async function run(
  { topic, open, topics, stop, progress }: RunDeps,
  options: {
    readonly filters: Filters;
    readonly dryRun: boolean;
    readonly ratePerSecond: number;
    readonly again: boolean;
  },
  { print, say }: Output,
): Promise<boolean> {
  const { filters, dryRun, ratePerSecond, again } = options;
  const letters = choose(await topic.read(), filters, { replayed: again });
  // Before the producer is opened: that would end a replay that is under way, for nothing.
  if (letters.length === 0) {
    say('There is nothing to replay.');
    return true;
  }
  requirePartitions(letters, await topic.retryPartitions(), topics.retryTopic);
  if (dryRun) {
    for (const letter of letters) print(letterLine(letter));
    for (const line of summaryLines(letters)) print(line);
    say('Nothing was sent.');
    return true;
  }
  progress.start(letters.length);
  const pace = createPace(ratePerSecond, stop);
  const deps = { topic, open, topics, pace, batchMax: ratePerSecond, stop, progress };
  const { replayed, already, refused, left, error } = await redrive(letters, deps);
  progress.stop();
  for (const { letter, why } of refused) say(plain(`${placeText(letter.places[0])} was not replayed: ${why}`));
  if (error !== undefined) say(error.message);
  say(`${countText(replayed, 'letter')} replayed, ${refused.length} refused, ${left} left.`);
  if (already > 0) say(`${already} had been replayed by another meanwhile.`);
  if (left > 0) say(again ? 'With --again the same command begins anew.' : 'The same command goes on with them.');
  return left === 0 && refused.length === 0;
}

/** Orders must stay on the partition they were on, or their events could be handled out of order. */
function requirePartitions(letters: readonly Letter[], partitions: number, retryTopic: string): void {
  const needed = Math.max(...letters.map(({ record }) => record.partition + 1));
  if (needed > partitions)
    throw new ReplayError(
      `${retryTopic} has ${countText(partitions, 'partition')}, but a letter needs ${needed}: give it as many as the topic has that the letters come from.`,
    );
}
