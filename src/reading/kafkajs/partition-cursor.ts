import type { FetchFrom, Fetched, RawRecord } from '../../kafka/topic-link.ts';

/** Where the reading of one partition stands. */
export interface PartitionCursor {
  readonly partition: number;
  /** The offset that is read next. */
  next: bigint;
  /** How much is asked for at once, bytes. */
  maxBytes: number;
  /** The last record that was read, to tell later whether the log is still the same one. */
  last: (Pick<RawRecord, 'offset' | 'timestamp'> & { readonly key: string }) | undefined;
  /** Whether the log may have been replaced. */
  suspect: boolean;
}

/** A batch is decoded whole; a larger one than this is asked for with more. */
const FIRST_MAX_BYTES = 1024 * 1024;
const LARGEST_MAX_BYTES = 64 * 1024 * 1024;

/** Reading begins at `offset`. */
export function cursorAt(partition: number, offset: bigint): PartitionCursor {
  return { partition, next: offset, maxBytes: FIRST_MAX_BYTES, last: undefined, suspect: false };
}

/** What to ask for. */
export function fetchFrom({ partition, next, maxBytes }: PartitionCursor): FetchFrom {
  return { partition, offset: next, maxBytes };
}

/**
 * Moves the cursor over what a fetch from `from` has found and gives what was not read before; a batch comes whole, so it may
 * begin before the cursor. Nothing where the cursor has moved since the fetch left.
 */
export function advance(cursor: PartitionCursor, from: bigint, fetched: Fetched): readonly RawRecord[] {
  if (cursor.next !== from) return [];
  const fresh = fetched.records.filter(({ offset }) => offset >= from);
  const last = fresh.at(-1);
  if (last === undefined) {
    // There is something, but not whole.
    if (fetched.highWatermark > from) cursor.maxBytes = Math.min(LARGEST_MAX_BYTES, cursor.maxBytes * 2);
    return [];
  }
  cursor.next = last.offset + 1n;
  cursor.maxBytes = FIRST_MAX_BYTES;
  cursor.last = { offset: last.offset, timestamp: last.timestamp, key: String(last.key) };
  return fresh;
}

/** Whether a record is the one the cursor has read last. */
export function isLast({ last }: PartitionCursor, record: RawRecord | undefined): boolean {
  return (
    last === undefined ||
    (record?.offset === last.offset && record.timestamp === last.timestamp && String(record.key) === last.key)
  );
}
