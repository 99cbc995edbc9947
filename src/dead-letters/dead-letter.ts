/** Why a record was set aside: it is none the worker can read, or its handler failed each time. Words of the event contract. */
export const DEAD_LETTER_REASONS = [
  'no_value',
  'unknown_type',
  'invalid_headers',
  'not_json',
  'unsupported_schema_version',
  'invalid_payload',
  'key_mismatch',
  'handler_failed',
  'handler_timeout',
] as const;

/** One of them. */
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Where a record stands; of a letter's source also its id: two letters with one source are one letter. */
export interface RecordPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** A header's value; null for one that has none. */
export type HeaderValue = Buffer | string | null | undefined;

/** Headers as Kafka clients give them; several values where a name was given more than once. */
export type RecordHeaders = Readonly<Record<string, HeaderValue | HeaderValue[]>>;

/** A record as it was on its topic, untouched. */
export interface OriginalRecord extends RecordPlace {
  /** ms since the epoch */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** A record the worker could not handle, and why. */
export interface DeadLetter {
  readonly record: OriginalRecord;
  readonly reason: DeadLetterReason;
  /** One sentence for a person. */
  readonly error: string;
  /** How often a handler had it; 0 for one that none was given. */
  readonly attempts: number;
  /** When it was set aside, ms since the epoch. */
  readonly time: number;
}

/** A letter was sent to the retry topic. */
export interface ReplayMark {
  /** Where the letter stands on the dead-letter topic. */
  readonly letter: Omit<RecordPlace, 'topic'>;
  readonly retry: Omit<RecordPlace, 'offset'>;
  /** ms since the epoch */
  readonly replayedAt: number;
}
