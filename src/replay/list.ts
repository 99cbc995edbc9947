import { fits, type Filters } from './filters.ts';
import { factsOf, type Letter, type LetterBook } from './letter-book.ts';
import { countText, letterJson, letterLine, summaryLines } from './lines.ts';
import type { LetterTopic } from './ports.ts';

/** Writes a line for the person, and one for the program that reads. */
export interface Output {
  /** stdout */
  readonly print: (line: string) => void;
  /** stderr */
  readonly say: (line: string) => void;
}

/** The letters that are meant; those that were replayed only with `replayed`. */
export function choose(
  book: LetterBook,
  filters: Filters,
  { replayed }: { readonly replayed: boolean },
): readonly Letter[] {
  return book.letters.filter((letter) => (replayed || letter.marks === 0) && fits(filters, factsOf(letter)));
}

/** Prints the letters that are meant, and how many there are of each reason. Rejects with a ReplayError. */
export async function list(
  topic: Pick<LetterTopic, 'read'>,
  options: { readonly filters: Filters; readonly all: boolean; readonly json: boolean },
  { print, say }: Output,
): Promise<void> {
  const book = await topic.read();
  const letters = choose(book, options.filters, { replayed: options.all });
  for (const letter of letters) print(options.json ? letterJson(letter) : letterLine(letter));
  for (const line of summaryLines(letters)) (options.json ? say : print)(line);
  if (book.foreign > 0) say(`${countText(book.foreign, 'other record')} on the topic, passed over.`);
}
