/**
 * Every letter is either on the retry topic and marked, or neither, because both are one transaction. Nothing is replayed twice,
 * because marks are read again each time the producer was opened: from then on nobody else can write one, and until then all of
 * them can be read. So whatever happens, to the process or to the brokers, is answered by opening again.
 */
import { diagnose } from '../kafka/diagnose.ts';
import { causeOf } from '../telemetry/cause-of.ts';
import { nextBatch, sendsOf } from './batches.ts';
import { FencedError, ReplayError } from './errors.ts';
import { sourceOf, type Letter } from './letter-book.ts';
import { pause, type Pace } from './pace.ts';
import type { LetterTopic, OpenTransactions, Transactions } from './ports.ts';
import type { Progress } from './progress.ts';

/** What came of it. */
export interface Redriven {
  readonly replayed: number;
  /** Another replay was faster. */
  readonly already: number;
  /** Letters that the retry topic does not take, and why. */
  readonly refused: readonly { readonly letter: Letter; readonly why: string }[];
  /** Not replayed: the replay was asked to stop, or cannot go on. */
  readonly left: number;
  /** Why it cannot go on. */
  readonly error: Error | undefined;
}

/** What re-driving needs. */
export interface RedriveDeps {
  readonly topic: Pick<LetterTopic, 'readSettled'>;
  readonly open: OpenTransactions;
  readonly topics: { readonly letterTopic: string; readonly retryTopic: string };
  readonly pace: Pace;
  readonly batchMax: number;
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

/** Failures one after the other until it is given up, and the pause before the next try, ms. */
const FAILURES_MAX = 5;
const TRY_AGAIN_MS = 1_000;

/** Sends the letters through the retry topic, those that have no more marks by then than now. Never rejects. */
export async function redrive(letters: readonly Letter[], deps: RedriveDeps): Promise<Redriven> {
  const { topic, open, topics, pace, batchMax, stop, progress } = deps;
  const due = new Map(letters.map((letter) => [sourceOf(letter), letter]));
  const refused: { letter: Letter; why: string }[] = [];
  const suspects = new Set<string>();
  /** What went with a transaction whose end is not known. */
  let doubtful: ReadonlySet<Letter> = new Set();
  let already = 0;
  let failures = 0;

  function settle(batch: readonly Letter[]): void {
    for (const letter of batch) due.delete(sourceOf(letter));
    progress.done(batch.length);
  }

  function refuse(letters: readonly Letter[], why: string): void {
    for (const letter of letters) refused.push({ letter, why });
    settle(letters);
  }

  /** What was replayed since, by another or by an attempt whose end was not known, and what retention has taken. */
  async function strikeDone(): Promise<void> {
    const { letters: present } = await topic.readSettled();
    const marks = new Map(present.map((letter) => [sourceOf(letter), letter.marks]));
    const marksOf = (letter: Letter) => marks.get(sourceOf(letter));
    const done = [...due.values()].filter((letter) => (marksOf(letter) ?? 0) > letter.marks);
    already += done.filter((letter) => !doubtful.has(letter)).length;
    settle(done);
    const missing = [...due.values()].filter((letter) => marksOf(letter) === undefined);
    refuse(missing, 'it is not on the topic any more.');
  }

  /** Ends when nothing is due, when it is asked to, or with a batch that a record keeps from being taken. */
  async function send(transactions: Transactions): Promise<void> {
    while (due.size > 0 && !isAsked()) {
      const batch = nextBatch(due.values(), suspects, batchMax);
      await pace(batch.length);
      if (isAsked()) return;
      doubtful = new Set(batch);
      try {
        await transactions.commit(sendsOf(batch, topics, Date.now()));
      } catch (error) {
        if (!isOfRecord(error)) throw error;
        // Whose fault it is, each of them shows alone.
        for (const letter of batch) suspects.add(sourceOf(letter));
        if (batch.length === 1) refuse(batch, whyOf(error));
        return;
      }
      failures = 0;
      settle(batch);
    }
  }

  async function attempt(): Promise<Error | undefined> {
    let transactions: Transactions | undefined;
    try {
      transactions = await open();
      await strikeDone();
      await send(transactions);
      return undefined;
    } catch (error) {
      return await afterFailure(error);
    } finally {
      await transactions?.close();
    }
  }

  /** Why it cannot go on; undefined where it is worth another try. */
  async function afterFailure(error: unknown): Promise<Error | undefined> {
    if (error instanceof ReplayError) return error;
    if (error instanceof FencedError) {
      const text = `Another replay of ${topics.letterTopic} has taken over, so this one has ended.`;
      return new ReplayError(text, { cause: error });
    }
    failures += 1;
    const explained = new ReplayError(`Kafka did not take it: ${whyOf(error)}`, { cause: error });
    if (failures >= FAILURES_MAX || !diagnose(error).retriable) return explained;
    if (stop.aborted) return undefined;
    progress.say(`${explained.message} Trying again.`);
    await pause(TRY_AGAIN_MS, stop);
    return undefined;
  }

  /** The compiler takes a signal for one that does not change. */
  function isAsked(): boolean {
    return stop.aborted;
  }

  let error: Error | undefined;
  while (due.size > 0 && !isAsked() && error === undefined) error = await attempt();
  const left = due.size;
  return { replayed: letters.length - left - refused.length - already, already, refused, left, error };
}

/** Whether an error is the fault of a record: others may be taken. */
function isOfRecord(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && at.type === 'INVALID_RECORD') return true;
  }
  const { reason } = diagnose(error);
  return reason === 'too_large' || reason === 'invalid_timestamp';
}

function whyOf(error: unknown): string {
  const { reason, message } = diagnose(error);
  if (reason === 'authorization')
    return 'this user may not: it needs Write on both topics, and Write and Describe on the transactional id.';
  if (reason !== 'backend_error') return message;
  const said = error instanceof Error ? error.message : String(error);
  return causeOf(error) ?? said;
}
