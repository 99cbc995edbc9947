import { decodeEvent } from '../../src/reading/decode-event.ts';
import { readCommitted, readLetters, type PlacedLetter, type PlacedRecord } from './committed-records.ts';
import { faultOf } from './handler-faults.ts';
import { effectsOf, type Note } from './worker-notes.ts';
import type { WorkerTopics } from './worker-topics.ts';

/** What workers did, held against what is on their topics. All but the first three must be empty. */
export interface WorkerLedger {
  /** Events that can be handled. */
  readonly events: number;
  /** Records that cannot: poison, and events whose handler fails each time. */
  readonly bad: number;
  /** Effects beyond the first of their event: what a store that upserts by `ce_id` does not show. */
  readonly repeated: readonly string[];
  /** Events without an effect. */
  readonly unhandled: readonly string[];
  /** Effects of what can have none. */
  readonly unasked: readonly string[];
  /** Bad records without a letter, as `topic/partition/offset`. */
  readonly missingLetters: readonly string[];
  /** Bad records with more than one letter. */
  readonly doubledLetters: readonly string[];
  /** Letters of what can be handled. */
  readonly wrongLetters: readonly string[];
  /** Orders of which one process has handled an older event after a newer one. */
  readonly disordered: readonly string[];
  /** Orders of which the effect that came last is not that of the last event. */
  readonly stale: readonly string[];
}

/** The ledger of a run in which nothing went wrong. */
export function cleanWorkerLedger({ events, bad, repeated }: WorkerLedger): WorkerLedger {
  const nothing: readonly string[] = [];
  return {
    events,
    bad,
    repeated,
    unhandled: nothing,
    unasked: nothing,
    missingLetters: nothing,
    doubledLetters: nothing,
    wrongLetters: nothing,
    disordered: nothing,
    stale: nothing,
  };
}

/** Reads the topics as a read-committed reader, and compares record by record. */
export async function workerLedgerOf(
  bootstrap: string,
  topics: WorkerTopics,
  notes: readonly Note[],
): Promise<WorkerLedger> {
  const [records, letters] = await Promise.all([
    readCommitted(bootstrap, topics.orders),
    readLetters(bootstrap, topics.deadLetters),
  ]);
  return compare(records.map((record) => sorted(topics.orders, record)).filter(isOurs), letters, notes);
}

/** A record, and what is expected of it. */
interface Expected {
  readonly place: string;
  readonly offset: bigint;
  readonly kind: 'good' | 'bad' | 'none';
  /** `ce_id` and order of what is good. */
  readonly id: string;
  readonly orderId: string;
}

function isOurs({ kind }: Expected): boolean {
  return kind !== 'none';
}

function sorted(topic: string, record: PlacedRecord): Expected {
  const at = { place: `${topic}/${record.partition}/${record.offset}`, offset: record.offset };
  const decoded = decodeEvent(record);
  if (decoded.kind === 'skip') return { ...at, kind: 'bad', id: '', orderId: '' };
  if (decoded.kind === 'barrier') return { ...at, kind: 'none', id: '', orderId: '' };
  const { event } = decoded;
  const fault = faultOf(event);
  const isBad = fault.kind === 'hangs' || (fault.kind === 'fails' && fault.times >= 3);
  return { ...at, kind: isBad ? 'bad' : 'good', id: event.id, orderId: event.subject };
}

function compare(
  expected: readonly Expected[],
  letters: readonly PlacedLetter[],
  notes: readonly Note[],
): WorkerLedger {
  const good = expected.filter(({ kind }) => kind === 'good');
  const bad = expected.filter(({ kind }) => kind === 'bad');
  const ids = new Set(good.map(({ id }) => id));
  const effects = effectsOf(notes);
  const lettersOf = Map.groupBy(letters, ({ source }) => source);
  const badPlaces = new Set(bad.map(({ place }) => place));
  return {
    events: ids.size,
    bad: bad.length,
    repeated: [...effects].filter(([, made]) => made.length > 1).map(([, made]) => made.map(toText).join(' | ')),
    unhandled: good.filter(({ id }) => !effects.has(id)).map(({ place, id }) => `${id} at ${place}`),
    unasked: [...effects].filter(([id]) => !ids.has(id)).map(([, made]) => made.map(toText).join(' | ')),
    missingLetters: [...badPlaces].filter((place) => !lettersOf.has(place)),
    doubledLetters: [...lettersOf].filter(([, each]) => each.length > 1).map(([place]) => place),
    wrongLetters: [...lettersOf.keys()].filter((place) => !badPlaces.has(place)),
    disordered: disorderedIn(notes),
    stale: staleIn(good, notes),
  };
}

function disorderedIn(notes: readonly Note[]): string[] {
  const done = notes.filter(({ kind }) => kind === 'done');
  const byWorker = Map.groupBy(done, ({ worker, topic, orderId }) => `${worker} ${topic} ${orderId}`);
  const fallen = [...byWorker].filter(([, made]) =>
    made.some(({ offset }, i) => offset <= (made[i - 1]?.offset ?? -1)),
  );
  return fallen.map(([name]) => name);
}

function staleIn(good: readonly Expected[], notes: readonly Note[]): string[] {
  const done = notes.filter(({ kind }) => kind === 'done');
  const effects = Map.groupBy(done, ({ orderId }) => orderId);
  const stale = [...Map.groupBy(good, ({ orderId }) => orderId)].filter(([orderId, events]) => {
    const last = (effects.get(orderId) ?? []).toSorted((a, b) => a.time - b.time || a.offset - b.offset).at(-1);
    return last !== undefined && last.id !== events.at(-1)?.id;
  });
  return stale.map(([orderId]) => orderId);
}

function toText({ worker, id, partition, offset, attempt, time }: Note): string {
  return `${id} by ${worker} at ${partition}/${offset}, attempt ${attempt}, ${new Date(time).toISOString()}`;
}
