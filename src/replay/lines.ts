import { factsOf, placeText, sourceOf, type Letter } from './letter-book.ts';

/** A letter in one line for a person. */
export function letterLine(letter: Letter): string {
  const { time, reason, type, orderId } = factsOf(letter);
  const [place] = letter.places;
  const parts = [placeText(place), timeText(time), reason, `attempts=${letter.attempts}`, type || '-', orderId || '-'];
  const replayed = letter.marks > 0 ? ' (replayed)' : '';
  return plain(`${parts.join('  ')}  ${letter.error}${replayed}`);
}

/** A letter as JSON, without its record: that may hold anything. */
export function letterJson(letter: Letter): string {
  const { time, reason, type, orderId, places } = factsOf(letter);
  const { error, attempts, marks } = letter;
  const said = {
    time: Number.isNaN(time) ? null : new Date(time).toISOString(),
    reason,
    attempts,
    type,
    orderId,
    error,
  };
  return JSON.stringify({ place: places[0], places, source: sourceOf(letter), ...said, replayed: marks > 0 });
}

/** How many letters there are of each reason, the most first. */
export function summaryLines(letters: readonly { readonly reason: string }[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of letters) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [countText(letters.length, 'dead letter'), ...sorted.map(([reason, count]) => plain(`  ${count}  ${reason}`))];
}

/** `1 letter`, `2 letters`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What others have written, fit for a terminal: keys and errors may hold line breaks and escape sequences. */
export function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return SHORT[character] ?? `\\u${code}`;
  });
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function timeText(time: number): string {
  return Number.isNaN(time) ? '-' : new Date(time).toISOString();
}
