/** When something was taken on (ms since the epoch) and its id. */
export interface TimeEntry {
  readonly at: number;
  readonly id: string;
}

/** Entries in the order of their time, those of one time in the order of their ids. */
export interface TimeIndex {
  add(entry: TimeEntry): void;
  removeOldest(): TimeEntry | undefined;
  /** Does nothing if the entry is not there. */
  remove(entry: TimeEntry): void;
  /** At most `limit` entries, newest first; only those before `before` if it is given. */
  newestFirst(limit: number, before?: TimeEntry): TimeEntry[];
  size(): number;
}

/** Removed entries are cut off in steps of this many, so that removing the oldest stays cheap. */
const COMPACT_AFTER = 1_024;

/**
 * A sorted array. New entries mostly belong at its end, so adding is cheap; finding a position is a binary search.
 */
export function createTimeIndex(): TimeIndex {
  let entries: TimeEntry[] = [];
  let start = 0;

  /** Position of the first entry that is not before `entry`. */
  function positionOf(entry: TimeEntry): number {
    let low = start;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = entries[middle];
      if (at !== undefined && isBefore(at, entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function removeOldest(): TimeEntry | undefined {
    const oldest = entries[start];
    if (oldest === undefined) return undefined;
    start += 1;
    if (start >= COMPACT_AFTER) {
      entries = entries.slice(start);
      start = 0;
    }
    return oldest;
  }

  return {
    add(entry) {
      const last = entries.at(-1);
      if (last === undefined || isBefore(last, entry)) entries.push(entry);
      else entries.splice(positionOf(entry), 0, entry);
    },
    removeOldest,
    remove(entry) {
      const at = positionOf(entry);
      const found = entries[at];
      if (found === undefined || isBefore(entry, found)) return;
      if (at === start) removeOldest();
      else entries.splice(at, 1);
    },
    newestFirst(limit, before) {
      const end = before === undefined ? entries.length : positionOf(before);
      return entries.slice(Math.max(start, end - limit), end).reverse();
    },
    size: () => entries.length - start,
  };
}

function isBefore(a: TimeEntry, b: TimeEntry): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}
