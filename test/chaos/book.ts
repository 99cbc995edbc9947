import { isDeepStrictEqual } from 'node:util';

/** The body of a 202, as far as it is looked into. */
export interface Acceptance {
  readonly orderId: string;
  readonly eventId: string;
  readonly partition: number;
  readonly offset: string;
  readonly [member: string]: unknown;
}

/** What is kept of a request that was accepted. */
export interface BookEntry {
  readonly orderId: string;
  /** `partition/offset`, as told. */
  readonly place: string;
  /** What its client was told, attempt by attempt; empty where the first attempt was accepted and no other was made. */
  readonly history: readonly string[];
}

/** All that clients were told. */
export interface Book {
  /** By event id. */
  readonly accepted: ReadonlyMap<string, BookEntry>;
  readonly changes: number;
  readonly attempts: number;
  /** Answers with `Idempotent-Replayed: true`. */
  readonly replays: number;
  /** Answers by status and problem type, and reasons for which there was none. */
  readonly answers: ReadonlyMap<string, number>;
  /** Two answers to one request that do not say the same, and repeats that were not answered as such. */
  readonly differing: readonly string[];
  /** Answers that no well-formed request should get, with their requests. */
  readonly unexpected: readonly string[];
  /** Requests that never got an answer that settles them. */
  readonly unsettled: readonly string[];
  /** The longest time from a request's first attempt to its acceptance, ms, and what its client was told meanwhile. */
  readonly slowest: { readonly ms: number; readonly history: readonly string[] };
  /** The longest time for one answer, ms. */
  readonly slowestAnswerMs: number;
}

/** Takes down what clients are told. */
export interface BookKeeper {
  readonly book: Book;
  attempt(outcome: string, ms: number): void;
  /** The first acceptance of a request, `ms` after its first attempt. */
  accept(told: Acceptance, how: { readonly change: boolean; readonly ms: number; readonly history: string[] }): void;
  /** A later acceptance of the same request. `renamed`: it came under another name, which it may tell. */
  again(first: Acceptance, told: Acceptance, how: { readonly renamed: boolean; readonly history: string[] }): void;
  replayed(): void;
  differs(what: string, history: readonly string[]): void;
  unexpected(what: string, history: readonly string[]): void;
  unsettled(what: string, history: readonly string[]): void;
}

/** An empty book and the one who writes it. */
export function openBook(): BookKeeper {
  const accepted = new Map<string, BookEntry>();
  const answers = new Map<string, number>();
  const differing: string[] = [];
  const unexpected: string[] = [];
  const unsettled: string[] = [];
  let slowest: Book['slowest'] = { ms: 0, history: [] };
  let slowestAnswerMs = 0;
  const counts = { changes: 0, attempts: 0, replays: 0 };
  const lines = (what: string, history: readonly string[]): string => [what, ...history].join('\n    ');

  return {
    book: {
      accepted,
      answers,
      differing,
      unexpected,
      unsettled,
      get slowest() {
        return slowest;
      },
      get slowestAnswerMs() {
        return slowestAnswerMs;
      },
      get changes() {
        return counts.changes;
      },
      get attempts() {
        return counts.attempts;
      },
      get replays() {
        return counts.replays;
      },
    },
    attempt(outcome, ms) {
      counts.attempts += 1;
      answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
      slowestAnswerMs = Math.max(slowestAnswerMs, ms);
    },
    accept(told, { change, ms, history }) {
      const { eventId, orderId, partition, offset } = told;
      if (accepted.has(eventId)) differing.push(lines(`${eventId} was told to two requests`, history));
      accepted.set(eventId, { orderId, place: `${partition}/${offset}`, history });
      if (change) counts.changes += 1;
      if (ms > slowest.ms) slowest = { ms, history: [...history] };
    },
    again(first, told, { renamed, history }) {
      const same = renamed
        ? isDeepStrictEqual({ ...told, requestId: undefined }, { ...first, requestId: undefined })
        : isDeepStrictEqual(told, first);
      if (same) return;
      differing.push(lines(`told ${JSON.stringify(told)} after ${JSON.stringify(first)}`, history));
    },
    replayed() {
      counts.replays += 1;
    },
    differs: (what, history) => differing.push(lines(what, history)),
    unexpected: (what, history) => unexpected.push(lines(what, history)),
    unsettled: (what, history) => unsettled.push(lines(what, history)),
  };
}
