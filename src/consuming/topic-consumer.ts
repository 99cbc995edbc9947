import type { DeadLetter, OriginalRecord } from '../dead-letters/dead-letter.ts';

/** A record as the consumer hands it over, untouched. */
export type Delivery = OriginalRecord;

/** A partition that is ours until it is given up. */
export interface Lease {
  readonly topic: string;
  readonly partition: number;
  /** Everything before it was settled by whoever had the partition before. */
  readonly from: bigint;
  /** The ids (`ce_id`) of the records in a stretch that were not set aside, in the order of the log. */
  handledIds(from: bigint, to: bigint): Promise<readonly string[]>;
  /** Everything before `next` is settled. Rejects when that could not be said, and once the lease is over. */
  commit(next: bigint): Promise<void>;
  /** Sets the letters aside and commits, both or neither; after a rejection it may be called again with the same. */
  setAside(letters: readonly DeadLetter[], next: bigint): Promise<void>;
  /** No more deliveries until `resume`, but for those that are on their way. */
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Takes what is delivered of one partition while its lease lasts. */
export interface Lane {
  /** The next records, in the order of the log. */
  take(deliveries: readonly Delivery[]): void;
  /** Begins nothing more; resolves when all that was begun is finished and, if that can be done at all, committed. Never rejects. */
  drain(): Promise<void>;
  /** The lease is over: nothing is committed any more. */
  revoke(): void;
}

/** Opens a lane for each lease; they are those of one partition number, one of each topic. */
export type OpenLanes = (leases: readonly Lease[]) => Promise<readonly Lane[]>;

/** What the consumer says of itself. */
export interface ConsumerState {
  /** Partitions of all topics together that are ours; undefined while we are no member of the group. */
  readonly assigned: number | undefined;
  /** Partitions whose lanes are open. */
  readonly open: number;
  /** How long ago it last asked or heard something, ms. */
  readonly silentForMs: number;
  /** What keeps it from working, in words fit for anybody. */
  readonly trouble: string | undefined;
  /** Records before the end of the partitions that were not yet delivered or are still in hand, as last seen. */
  readonly behind: number;
}

/** Consumes topics as a member of a group. Failures are logged and tried again until `close`. */
export interface TopicConsumer {
  /** Call it once. */
  start(openLanes: OpenLanes): void;
  state(): ConsumerState;
  /** Finishes what was begun, commits, and leaves the group. */
  close(): Promise<void>;
}
