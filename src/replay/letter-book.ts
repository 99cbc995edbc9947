import type { DeadLetter, RecordHeaders, RecordPlace } from '../dead-letters/dead-letter.ts';
import { readDeadLetterEntry } from '../dead-letters/dead-letter-record.ts';
import { headerText } from '../dead-letters/record-headers.ts';
import type { LetterFacts } from './filters.ts';

/** Where a letter stands on the dead-letter topic. */
export type LetterPlace = Omit<RecordPlace, 'topic'>;

/** A dead letter, and what the topic says of it. */
export interface Letter extends DeadLetter {
  /** More than one where it was written more than once: letters with the same source are one letter. */
  readonly places: readonly [LetterPlace, ...LetterPlace[]];
  /** How often it was marked as replayed. */
  readonly marks: number;
}

/** A record of the dead-letter topic; `isVoid`: a transaction's marker, or part of one that was aborted. */
export interface BookRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  readonly isVoid: boolean;
}

/** What stands on the dead-letter topic. */
export interface LetterBook {
  /** By source, so that the events of one order come in their order. */
  readonly letters: readonly Letter[];
  /** Records that are neither letter nor mark. */
  readonly foreign: number;
}

/** Takes in the topic's records, each partition in its order, and says what they come to. */
export function createLetterBook(): {
  take(partition: number, records: readonly BookRecord[]): void;
  finish(): LetterBook;
} {
  const letters = new Map<string, { letter: DeadLetter; places: [LetterPlace, ...LetterPlace[]] }>();
  const marks = new Map<string, number>();
  let foreign = 0;

  function add(letter: DeadLetter, place: LetterPlace): void {
    const known = letters.get(sourceOf(letter));
    if (known === undefined) letters.set(sourceOf(letter), { letter, places: [place] });
    else known.places.push(place);
  }

  return {
    take(partition, records) {
      for (const record of records) {
        if (record.isVoid) continue;
        const entry = readDeadLetterEntry(record);
        if (entry.kind === 'letter') add(entry.letter, { partition, offset: record.offset });
        else if (entry.kind === 'foreign') foreign += 1;
        else marks.set(placeText(entry.mark.letter), (marks.get(placeText(entry.mark.letter)) ?? 0) + 1);
      }
    },
    finish: () => ({
      letters: [...letters.values()]
        .map(({ letter, places }) => ({ ...letter, places, marks: sum(places, marks) }))
        .sort(bySource),
      foreign,
    }),
  };
}

/** What makes two letters one. */
export function sourceOf({ record }: Pick<DeadLetter, 'record'>): string {
  return `${record.topic}/${record.partition}/${record.offset}`;
}

/** As people name a letter. */
export function placeText({ partition, offset }: LetterPlace): string {
  return `${partition}/${offset}`;
}

/** What a letter can be chosen by. */
export function factsOf({ record, reason, time, places }: Letter): LetterFacts {
  const subject = headerText(record.headers, 'ce_subject');
  const orderId = record.key === null ? subject : record.key.toString();
  return { time, reason, type: headerText(record.headers, 'ce_type'), orderId, places: places.map(placeText) };
}

function sum(places: readonly LetterPlace[], marks: ReadonlyMap<string, number>): number {
  return places.reduce((total, place) => total + (marks.get(placeText(place)) ?? 0), 0);
}

function bySource({ record: a }: Letter, { record: b }: Letter): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition || Number(a.offset - b.offset);
}
