import type { ChaosOptions, ChaosResult } from './chaos.ts';
import { faultsIn } from './chaos-ledger.ts';

/** Entries of a list that are printed; more of them say nothing new. */
const SHOWN = 20;

/** The run and its ledger, for people. The last line says the verdict. */
export function reportOf(
  { seed, replicas, store }: Pick<ChaosOptions, 'seed' | 'replicas' | 'store'>,
  { ledger, book, content, faults, tookMs, failedStarts, logFolder }: ChaosResult,
): string {
  const count = (entries: Iterable<readonly [string, number]>): string =>
    [...entries].map(([name, n]) => `${name} ${n}`).join(', ');
  const total = [...faults.values()].reduce((sum, n) => sum + n, 0);
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const dirty = faultsIn(ledger).filter(([, entries]) => entries.length > 0);
  return [
    `seed ${seed}, ${replicas} replica(s), store ${store}, ${seconds(tookMs)}`,
    `faults ${total}: ${count(faults)}`,
    `accepted ${ledger.accepted} (${book.changes} of them changes), ${(ledger.accepted / (tookMs / 1_000)).toFixed(0)}/s; ` +
      `attempts ${book.attempts}, replays seen ${book.replays}, barriers ${content.barriers}`,
    `answers: ${count(book.answers)}`,
    `slowest answer ${seconds(book.slowestAnswerMs)}; starts that failed ${failedStarts}`,
    `slowest acceptance ${seconds(book.slowest.ms)}:`,
    ...book.slowest.history.map((line) => `  ${line}`),
    ...dirty.flatMap(([name, entries]) => [`${name} ${entries.length}:`, ...shown(entries)]),
    ...(logFolder === undefined ? [] : [`logs of the replicas: ${logFolder}`]),
    faultsIn(ledger)
      .map(([name, entries]) => `${name} ${entries.length}`)
      .join(', '),
  ].join('\n');
}

function shown(entries: readonly string[]): string[] {
  const rest = entries.length - SHOWN;
  return [...entries.slice(0, SHOWN).map((entry) => `  ${entry}`), ...(rest > 0 ? [`  … and ${rest} more`] : [])];
}
