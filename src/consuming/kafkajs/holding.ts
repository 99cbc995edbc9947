import type { KafkaMessage } from 'kafkajs';
import type { Delivery, Lane } from '../topic-consumer.ts';
import type { EmptyBatch, GroupBatch, TopicPartition } from './member-listener.ts';

/** A partition from its assignment until it is given up. Nothing is read of it before its lane is open. */
export interface Holding {
  readonly at: TopicPartition;
  /**
   * `refused` where nobody takes it any more, or yet: it is to be read again. `broken` where it does not go on where the one before
   * has ended: something lies between, or the log is not the one it was.
   */
  take(batch: GroupBatch): 'taken' | 'refused' | 'broken';
  /** Goes on behind what is no message. */
  pass(batch: EmptyBatch): void;
  /** Where its owner begins, and what to let go of at the end. */
  begin(from: bigint, release: () => void): void;
  /** From now on it is read, from where its owner begins. */
  open(lane: Lane | undefined): void;
  /** Commits as a member of the group. Rejects once it is over, and before anything was fetched. */
  commit(next: bigint): Promise<void>;
  /** The offset to commit when everything before `next` is settled: what follows may be none of the messages. */
  passMarkers(next: bigint): bigint;
  /** Everything before it has been committed. */
  settledTo(): bigint;
  settled(next: bigint): void;
  /** Throws once it is over. */
  assertHeld(): void;
  isOver(): boolean;
  isOpen(): boolean;
  /** Records that are not settled, as far as is known. */
  behind(): number;
  readonly pause: () => void;
  readonly resume: () => void;
  drain(): Promise<void>;
  end(): void;
}

export function createHolding(options: {
  readonly at: TopicPartition;
  readonly readFrom: (at: TopicPartition, offset: bigint) => void;
  readonly pause: (at: TopicPartition) => void;
  readonly resume: (at: TopicPartition) => void;
}): Holding {
  const { at } = options;
  let lane: Lane | undefined;
  let over = false;
  let settledTo = 0n;
  let expected = 0n;
  /** The end of a transaction has an offset of its own: with the last message before it, it is settled, too. */
  let markerBehind: { readonly after: bigint; readonly next: bigint } | undefined;
  let end: bigint | undefined;
  let commitAsFetched: GroupBatch['commit'] | undefined;
  let release = (): void => undefined;

  function assertHeld(): void {
    if (over) throw new Error(`${at.topic}/${at.partition} is not ours any more`);
  }

  function passMarkers(next: bigint): bigint {
    return markerBehind?.after === next ? markerBehind.next : next;
  }

  function pause(): void {
    if (!over) options.pause(at);
  }

  function resume(): void {
    if (!over) options.resume(at);
  }

  return {
    at,
    take(batch) {
      const { messages } = batch;
      const first = messages[0];
      if (over || lane === undefined) return 'refused';
      if (first === undefined) return 'taken';
      if (batch.askedFrom > expected || BigInt(first.offset) < expected) return 'broken';
      const deliveries = messages.map((message) => deliveryOf(at, message));
      expected = batch.next;
      markerBehind = { after: (deliveries.at(-1)?.offset ?? 0n) + 1n, next: batch.next };
      end = batch.end;
      commitAsFetched = (next) => batch.commit(next);
      lane.take(deliveries);
      return 'taken';
    },
    pass({ first, next, end: seen }) {
      // What does not continue what was read is seen when the next batch does not, either.
      if (over || lane === undefined || first !== expected) return;
      markerBehind = { after: markerBehind?.next === expected ? markerBehind.after : expected, next };
      expected = next;
      end = seen;
    },
    begin(from, letGo) {
      release();
      settledTo = from;
      expected = from;
      release = letGo;
      if (over) release();
    },
    open(opened) {
      lane = opened;
      if (over) return;
      options.readFrom(at, expected);
      resume();
    },
    async commit(next) {
      assertHeld();
      if (commitAsFetched === undefined) throw new Error(`nothing was fetched of ${at.topic}/${at.partition}`);
      const passed = passMarkers(next);
      await commitAsFetched(passed);
      if (passed > settledTo) settledTo = passed;
    },
    passMarkers,
    settledTo: () => settledTo,
    settled: (next) => {
      settledTo = next;
    },
    assertHeld,
    isOver: () => over,
    isOpen: () => lane !== undefined,
    behind: () => Math.max(0, Number((end ?? 0n) - passMarkers(settledTo))),
    pause,
    resume,
    drain: () => lane?.drain() ?? Promise.resolve(),
    end() {
      over = true;
      lane?.revoke();
      release();
    },
  };
}

function deliveryOf({ topic, partition }: TopicPartition, message: KafkaMessage): Delivery {
  const { key, value, headers = {} } = message;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key,
    value,
    headers,
  };
}
