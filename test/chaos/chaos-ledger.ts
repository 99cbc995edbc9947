import { doubledIn, notePlace } from '../support/ledger.ts';
import { scanTopic } from '../support/topic-reader.ts';
import type { Book } from './book.ts';

/** What the topic holds, as far as the ledger needs it. */
export interface TopicContent {
  /** Of each order event, by ce_id. */
  readonly places: ReadonlyMap<string, readonly string[]>;
  /** The record's timestamp, ms since the epoch, by `partition/offset`. */
  readonly stamps: ReadonlyMap<string, number>;
  /** The ids of the events that say an order was created, by orderId. */
  readonly created: ReadonlyMap<string, readonly string[]>;
  readonly barriers: number;
}

/** What clients were told, held against the topic. Every list must be empty; each entry is a text for people. */
export interface ChaosLedger {
  readonly accepted: number;
  /** Accepted, and nowhere on the topic. */
  readonly lost: readonly string[];
  /** A ce_id that is on the topic more than once, or an order that was created more than once. */
  readonly doubled: readonly string[];
  /** Accepted, on the topic once, but not at the partition and offset that were told. */
  readonly misplaced: readonly string[];
  /** On the topic, and no client was told that it was accepted. */
  readonly untold: readonly string[];
  /** See the book. */
  readonly differing: readonly string[];
  readonly unexpected: readonly string[];
  readonly unsettled: readonly string[];
  /** Replicas that ended though nobody ended them, or did not end when they were told to. */
  readonly crashes: readonly string[];
}

const BARRIER = 'orders.log.barrier.v1';
const CREATED = 'orders.order.created.v1';

/** Reads the whole topic. */
export async function readContent(bootstrap: string, topic: string): Promise<TopicContent> {
  const places = new Map<string, string[]>();
  const created = new Map<string, string[]>();
  const stamps = new Map<string, number>();
  let barriers = 0;
  await scanTopic(bootstrap, topic, (record) => {
    const type = record.headers['ce_type'];
    if (type === BARRIER) {
      barriers += 1;
      return;
    }
    notePlace(places, record);
    stamps.set(`${record.partition}/${record.offset}`, record.timestamp);
    if (type === CREATED) created.set(record.key, [...(created.get(record.key) ?? []), record.headers['ce_id'] ?? '']);
  });
  return { places, created, stamps, barriers };
}

/** Compares record by record. */
export function chaosLedgerOf(book: Book, content: TopicContent, crashes: readonly string[]): ChaosLedger {
  const { places, created, stamps } = content;
  const { accepted, differing, unexpected, unsettled } = book;
  const stamped = (place: string): string => `${place} (stamped ${new Date(stamps.get(place) ?? 0).toISOString()})`;
  const describe = (id: string): string => {
    const entry = accepted.get(id);
    const on = places.get(id)?.map(stamped).join(', ') ?? 'nowhere';
    if (entry === undefined) return `${id}: on the topic at ${on}; nobody was told`;
    const history = entry.history.map((line) => `\n    ${line}`).join('');
    return `${id} (order ${entry.orderId}): on the topic at ${on}; told ${entry.place}${history}`;
  };
  const twice = [...created].filter(([, ids]) => ids.length > 1 && new Set(ids).size > 1);
  return {
    accepted: accepted.size,
    lost: [...accepted.keys()].filter((id) => !places.has(id)).map(describe),
    doubled: [
      ...doubledIn(places).map(([id]) => describe(id)),
      ...twice.map(
        ([order, ids]) => `order ${order} was created ${ids.length} times:\n  ${ids.map(describe).join('\n  ')}`,
      ),
    ],
    misplaced: [...accepted]
      .filter(([id, { place }]) => places.get(id)?.includes(place) === false)
      .map(([id]) => describe(id)),
    untold: [...places.keys()].filter((id) => !accepted.has(id)).map(describe),
    differing,
    unexpected,
    unsettled,
    crashes,
  };
}

/** The lists of a ledger that must be empty, by name. */
export function faultsIn({
  accepted: _,
  ...lists
}: ChaosLedger): (readonly [name: string, entries: readonly string[]])[] {
  return Object.entries(lists);
}
