import type { LoadResult } from './order-load.ts';
import type { TopicRecord } from './topic-reader.ts';

/** What clients were told, held against what the topic holds. Every list but `accepted` must be empty. */
export interface Ledger {
  readonly accepted: number;
  /** Accepted, and nowhere on the topic. */
  readonly lost: readonly string[];
  /** Accepted, on the topic, but not at the partition and offset that were told. */
  readonly misplaced: readonly string[];
  /** On the topic more than once. */
  readonly doubled: readonly string[];
  /** Told that it is certainly not published, and yet on the topic. */
  readonly published: readonly string[];
  /** On the topic, though no client was told anything that allows it. */
  readonly unasked: readonly string[];
}

/** Where each event is on the topic, as `partition/offset`, by its ce_id. */
export type Places = ReadonlyMap<string, readonly string[]>;

/** Notes where a record's event is. */
export function notePlace(places: Map<string, string[]>, { headers, partition, offset }: TopicRecord): void {
  const id = headers['ce_id'] ?? '';
  const place = `${partition}/${offset}`;
  const known = places.get(id);
  if (known === undefined) places.set(id, [place]);
  else known.push(place);
}

/** Compares record by record. */
export function ledgerOf(load: LoadResult, records: readonly TopicRecord[]): Ledger {
  const places = new Map<string, string[]>();
  for (const record of records) notePlace(places, record);
  const acceptedIds = new Set(load.accepted.map(({ eventId }) => eventId));
  const maybe = new Set([...acceptedIds, ...load.unknown, ...load.unanswered.map(({ eventId }) => eventId)]);
  return {
    accepted: load.accepted.length,
    lost: [...acceptedIds].filter((id) => !places.has(id)),
    misplaced: load.accepted
      .filter(
        ({ eventId, partition, offset }) =>
          places.has(eventId) && !places.get(eventId)?.includes(`${partition}/${offset}`),
      )
      .map(({ eventId }) => eventId),
    doubled: doubledIn(places).map(([id, at]) => `${id} at ${at.join(', ')}`),
    published: load.notPublished.filter((id) => places.has(id)),
    unasked: [...places.keys()].filter((id) => !maybe.has(id) && !load.notPublished.includes(id)),
  };
}

/** The events that stand on the topic more than once. */
export function doubledIn(places: Places): (readonly [id: string, at: readonly string[]])[] {
  return [...places].filter(([, at]) => at.length > 1);
}

/** A ledger with nothing wrong in it. */
export function cleanLedger(accepted: number): Ledger {
  return { accepted, lost: [], misplaced: [], doubled: [], published: [], unasked: [] };
}
