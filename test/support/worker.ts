import type { Delivery, Lease } from '../../src/consuming/topic-consumer.ts';
import type { DeadLetter, RecordPlace } from '../../src/dead-letters/dead-letter.ts';
import type { TopicEvent } from '../../src/domain/events.ts';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';

/** The record of an event, as a consumer hands it over. */
export function aDelivery(event: TopicEvent, place: Partial<RecordPlace> = {}): Delivery {
  const { key, value, headers } = toRecord(event);
  const bytes = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
  return {
    topic: 'orders',
    partition: 0,
    offset: 0n,
    ...place,
    timestamp: event.timestamp,
    key: Buffer.from(key),
    value,
    headers: bytes,
  };
}

/** A record of so many bytes that means nothing. */
export function aRecord(offset: bigint, bytes = 1): Delivery {
  const value = Buffer.alloc(bytes);
  return { topic: 'orders', partition: 0, offset, timestamp: Number(offset), key: null, value, headers: {} };
}

/** The letter of a record that a handler failed on. */
export function aLetter(record: Delivery): DeadLetter {
  return { record, reason: 'handler_failed', error: 'it failed', attempts: 3, time: 1_700_000_000_000 };
}

/** What a lane has asked of its lease: a commit, with the offsets of the letters that go with it. */
export interface Said {
  readonly next: bigint;
  readonly letters: readonly bigint[];
}

/** A lease that keeps what it is asked. */
export interface FakeLease extends Lease {
  /** Every attempt to commit, in the order of the calls. */
  readonly said: readonly Said[];
  /** `pause` and `resume` as they were called. */
  readonly switched: readonly ('pause' | 'resume')[];
  /** What the next attempts come to. */
  answer(with_: (said: Said) => Promise<void>): void;
}

/** A lease from an offset on, which takes every commit unless told otherwise. */
export function createFakeLease(from = 0n, changes: Partial<Lease> = {}): FakeLease {
  const said: Said[] = [];
  const switched: ('pause' | 'resume')[] = [];
  let answer = (_said: Said): Promise<void> => Promise.resolve();
  const say = (next: bigint, letters: readonly bigint[]): Promise<void> => {
    const each = { next, letters };
    said.push(each);
    return answer(each);
  };
  return {
    topic: 'orders',
    partition: 0,
    from,
    handledIds: () => Promise.resolve([]),
    commit: (next) => say(next, []),
    setAside: (letters, next) =>
      say(
        next,
        letters.map(({ record }) => record.offset),
      ),
    pause: () => switched.push('pause'),
    resume: () => switched.push('resume'),
    ...changes,
    said,
    switched,
    answer: (next) => {
      answer = next;
    },
  };
}
