import type {
  DeadLetter,
  DeadLetterReason,
  HeaderValue,
  OriginalRecord,
  RecordHeaders,
  ReplayMark,
} from './dead-letter.ts';
import { headerText } from './record-headers.ts';

/** A record for a producer. Its partition is chosen by whoever sends it. */
export interface OutgoingRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | string | (Buffer | string)[]>;
}

/** What stands on the dead-letter topic; the headers' names are those of the event contract. */
export type DeadLetterEntry =
  | { readonly kind: 'letter'; readonly letter: DeadLetter }
  | { readonly kind: 'mark'; readonly mark: ReplayMark }
  | { readonly kind: 'foreign' };

/** Headers that begin so are the dead letter's own. */
const PREFIX = 'dlq_';

/** A broker refuses a record that is too large, and an error may be as long as it likes. */
const MAX_ERROR_LENGTH = 1_000;

/** Years 0 to 9999, which RFC 3339 can write, ms since the epoch; a topic may take any other timestamp, too. */
const EARLIEST = -62_167_219_200_000;
const LATEST = 253_402_300_799_999;

/** The letter as a record: key, value and headers as they were, and what happened beside them. */
export function toLetterRecord({ record, reason, error, attempts, time }: DeadLetter): OutgoingRecord {
  return {
    key: record.key,
    value: record.value,
    headers: {
      ...writable(record.headers),
      dlq_reason: reason,
      dlq_error: error.slice(0, MAX_ERROR_LENGTH),
      dlq_attempts: String(attempts),
      dlq_topic: record.topic,
      dlq_partition: String(record.partition),
      dlq_offset: String(record.offset),
      dlq_timestamp: new Date(Math.min(Math.max(record.timestamp, EARLIEST), LATEST)).toISOString(),
      dlq_time: new Date(time).toISOString(),
    },
  };
}

/** The mark as a record. */
export function toMarkRecord({ letter, retry, replayedAt }: ReplayMark): OutgoingRecord {
  const value = {
    letter: { partition: letter.partition, offset: String(letter.offset) },
    retry,
    replayedAt: new Date(replayedAt).toISOString(),
  };
  return { key: null, value: Buffer.from(JSON.stringify(value)), headers: { dlq_mark: 'replayed' } };
}

/** The record a letter is replayed with: as it was, and the letter it comes from. `letterPlace` such as `orders.dlq/3/17`. */
export function toRetryRecord({ record }: DeadLetter, letterPlace: string, now: number): OutgoingRecord {
  const { key, value, headers } = record;
  return {
    key,
    value,
    headers: { ...writable(headers), replay_letter: letterPlace, replay_time: new Date(now).toISOString() },
  };
}

/** The inverse of `toLetterRecord` and `toMarkRecord`; `foreign` for what neither of them has made. */
export function readDeadLetterEntry(record: Pick<OriginalRecord, 'key' | 'value' | 'headers'>): DeadLetterEntry {
  const { key, value, headers } = record;
  const place = placeOf(headers);
  // The record in a letter may have had any header, that of a mark as well; a mark has no place.
  if (place === undefined)
    return headerText(headers, 'dlq_mark') === 'replayed' ? readMark(value) : { kind: 'foreign' };
  const original = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(PREFIX)));
  const letter = {
    record: { ...place, timestamp: Date.parse(headerText(headers, 'dlq_timestamp')), key, value, headers: original },
    reason: headerText(headers, 'dlq_reason') as DeadLetterReason, // a later version may know more: they are only shown
    error: headerText(headers, 'dlq_error'),
    attempts: Number(headerText(headers, 'dlq_attempts')),
    time: Date.parse(headerText(headers, 'dlq_time')),
  };
  return { kind: 'letter', letter };
}

function readMark(value: Buffer | null): DeadLetterEntry {
  try {
    const { letter, retry, replayedAt } = JSON.parse(String(value)) as {
      letter: { partition: number; offset: string };
      retry: ReplayMark['retry'];
      replayedAt: string;
    };
    const place = { partition: letter.partition, offset: BigInt(letter.offset) };
    return { kind: 'mark', mark: { letter: place, retry, replayedAt: Date.parse(replayedAt) } };
  } catch {
    return { kind: 'foreign' };
  }
}

function placeOf(headers: RecordHeaders): Pick<OriginalRecord, 'topic' | 'partition' | 'offset'> | undefined {
  const [topic, partition, offset] = ['dlq_topic', 'dlq_partition', 'dlq_offset'].map((name) =>
    headerText(headers, name),
  );
  if (!topic || !/^\d+$/.test(partition ?? '') || !/^\d+$/.test(offset ?? '')) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset ?? 0) };
}

/** kafkajs reads headers without a value and cannot write them: they become empty ones. */
function writable(headers: RecordHeaders): OutgoingRecord['headers'] {
  const valueOf = (value: HeaderValue): Buffer | string => value ?? Buffer.alloc(0);
  return Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [
      name,
      Array.isArray(header) ? header.map(valueOf) : valueOf(header),
    ]),
  );
}
