import type { KafkaMessage } from 'kafkajs';

/** A partition of one of the topics. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a fetch has brought of one partition. */
export interface GroupBatch extends TopicPartition {
  readonly messages: readonly KafkaMessage[];
  /** From where on it was fetched: up to the first message there is nothing else. */
  readonly askedFrom: bigint;
  /** Where reading goes on: behind the last message, and behind what stands after it and is none. */
  readonly next: bigint;
  /** The offset the next record of the partition will get, as of this fetch. */
  readonly end: bigint;
  /** Commits as the member we are when it is called; the group refuses those of a generation that is over. Tried once. */
  commit(next: bigint): Promise<void>;
}

/** A fetch has brought only what is no message: markers of transactions, and what was aborted. */
export interface EmptyBatch extends TopicPartition {
  readonly first: bigint;
  /** Where reading goes on. */
  readonly next: bigint;
  readonly end: bigint;
}

/** Hears what becomes of the membership. */
export interface MemberListener {
  /** All partitions are about to be given up; the group waits until this resolves. */
  givingUp(): Promise<void>;
  /** These and no others are ours. Nothing is read of them before `readFrom` and `resume`. */
  assigned(partitions: readonly TopicPartition[]): void;
  /** Whether it was taken; if not, it will be read again. */
  batch(batch: GroupBatch): boolean;
  /** It is passed over. */
  emptyBatch(batch: EmptyBatch): void;
}
