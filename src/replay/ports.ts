import type { OutgoingRecord } from '../dead-letters/dead-letter-record.ts';
import type { LetterBook } from './letter-book.ts';

/** The dead-letter topic as it can be read, and how many partitions the retry topic has. Rejections are ReplayErrors. */
export interface LetterTopic {
  /** What is committed now. */
  read(): Promise<LetterBook>;
  /**
   * What stood on the topic when this was called, all of it: waits for transactions that are open, because a mark behind one
   * of them cannot be seen yet.
   */
  readSettled(): Promise<LetterBook>;
  /** Partitions of the retry topic; rejects where it is missing. */
  retryPartitions(): Promise<number>;
  close(): void;
}

/** Records for one partition, in their order. */
export interface Send {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
}

/** The only writer: whoever opens later takes this from whoever has it. */
export interface Transactions {
  /**
   * Writes all of it or nothing. Rejects with a FencedError where another has taken over; after any rejection these are closed,
   * and whether it was written is known only after others were opened.
   */
  commit(sends: readonly Send[]): Promise<void>;
  readonly close: () => Promise<void>;
}

/** Resolves once whatever an earlier writer left open has been ended, and no earlier writer can write any more. */
export type OpenTransactions = () => Promise<Transactions>;
