import { createHash } from 'node:crypto';
import { parse as bytesOfUuid, stringify as uuidOf, validate as isUuid } from 'uuid';
import type { Outcome } from './claim-store.ts';

/** Outcomes in flat arrays, about 100 bytes each: a million objects of JavaScript would be more than a gigabyte. */
export interface OutcomeSegment {
  readonly size: () => number;
  readonly isFull: () => boolean;
  /** Adds one to be found by its event id, an orderId, or both. What was added under them before is not found any more. */
  add(outcome: Outcome, under: { readonly request: boolean; readonly order: string | undefined }): void;
  /** Each takes what `idOf` makes of the id. */
  findRequest(eventId: Uint8Array): Outcome | undefined;
  findOrder(orderId: Uint8Array): Outcome | undefined;
  /** All of them, in the order they were added. */
  all(): Iterable<Outcome>;
}

const ID_BYTES = 16;

/** Of each entry: event id, fingerprint, orderId, request id. */
const EVENT = 0;
const FINGERPRINT = 1;
const ORDER = 2;
const REQUEST = 3;
const IDS = 4;

/** Nothing there, in a table of slots that count from 1. */
const NONE = 0;

/** Room for `capacity` outcomes; it never grows and never forgets. */
export function createOutcomeSegment(capacity: number): OutcomeSegment {
  const ids = Buffer.alloc(capacity * IDS * ID_BYTES);
  const partitions = new Uint32Array(capacity);
  const offsets = new BigUint64Array(capacity);
  const timestamps = new Float64Array(capacity);
  const sources = new Uint8Array(capacity);
  const sourceNames: Pick<Outcome, 'backend' | 'topic'>[] = [];
  /** Event and request ids that are no UUIDs, which only others make. */
  const named = new Map<number, string>();
  const tableSize = 2 ** Math.ceil(Math.log2(capacity * 2));
  const byEvent = new Uint32Array(tableSize);
  const byOrder = new Uint32Array(tableSize);
  let size = 0;

  const idAt = (entry: number, which: number): Buffer => {
    const at = (entry * IDS + which) * ID_BYTES;
    return ids.subarray(at, at + ID_BYTES);
  };

  /** Where in the table the id is, or would be: its first bytes are as good as random. */
  function placeOf(table: Uint32Array, which: number, id: Uint8Array): number {
    const start = Buffer.from(id.buffer, id.byteOffset, ID_BYTES).readUInt32LE(12);
    for (let at = start % tableSize; ; at = (at + 1) % tableSize) {
      const slot = table[at] ?? NONE;
      if (slot === NONE || idAt(slot - 1, which).equals(id)) return at;
    }
  }

  function setId(entry: number, which: number, id: string): void {
    idAt(entry, which).set(idOf(id));
    if (!isPlainUuid(id)) named.set(entry * IDS + which, id);
  }

  function sourceOf({ backend, topic }: Outcome): number {
    const known = sourceNames.findIndex((name) => name.backend === backend && name.topic === topic);
    return known >= 0 ? known : sourceNames.push({ backend, topic }) - 1;
  }

  function add(outcome: Outcome, { request, order }: Parameters<OutcomeSegment['add']>[1]): void {
    const entry = size;
    size += 1;
    const { eventId, fingerprint, requestId } = outcome;
    setId(entry, EVENT, eventId);
    setId(entry, REQUEST, requestId);
    idAt(entry, FINGERPRINT).set(Buffer.from(fingerprint, 'base64url'));
    partitions[entry] = outcome.partition;
    offsets[entry] = BigInt(outcome.offset);
    timestamps[entry] = outcome.timestamp;
    sources[entry] = sourceOf(outcome);
    if (request) byEvent[placeOf(byEvent, EVENT, idAt(entry, EVENT))] = entry + 1;
    if (order === undefined) return;
    idAt(entry, ORDER).set(idOf(order));
    byOrder[placeOf(byOrder, ORDER, idAt(entry, ORDER))] = entry + 1;
  }

  function textAt(entry: number, which: number): string {
    return named.get(entry * IDS + which) ?? uuidOf(idAt(entry, which));
  }

  function read(entry: number): Outcome {
    const source = sourceNames[sources[entry] ?? 0];
    if (source === undefined) throw new Error(`there is no outcome ${entry}`);
    return {
      eventId: textAt(entry, EVENT),
      requestId: textAt(entry, REQUEST),
      fingerprint: idAt(entry, FINGERPRINT).toString('base64url'),
      ...source,
      partition: partitions[entry] ?? 0,
      offset: String(offsets[entry] ?? 0n),
      timestamp: timestamps[entry] ?? 0,
    };
  }

  function find(table: Uint32Array, which: number, id: Uint8Array): Outcome | undefined {
    const slot = table[placeOf(table, which, id)] ?? NONE;
    return slot === NONE ? undefined : read(slot - 1);
  }

  return {
    size: () => size,
    isFull: () => size >= capacity,
    add,
    findRequest: (eventId) => find(byEvent, EVENT, eventId),
    findOrder: (orderId) => find(byOrder, ORDER, orderId),
    *all() {
      for (let entry = 0; entry < size; entry += 1) yield read(entry);
    },
  };
}

/** Which is what its bytes are written as again: lower case, and a version that the package knows. */
function isPlainUuid(text: string): boolean {
  return isUuid(text) && text === text.toLowerCase();
}

/** A UUID's bytes; of any other text half of its SHA-256. */
export function idOf(text: string): Uint8Array {
  return isPlainUuid(text) ? bytesOfUuid(text) : createHash('sha256').update(text).digest().subarray(0, ID_BYTES);
}
