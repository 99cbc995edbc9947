import type { Transaction } from 'kafkajs';
import type { DeadLetter } from '../../dead-letters/dead-letter.ts';
import { toLetterRecord, type OutgoingRecord } from '../../dead-letters/dead-letter-record.ts';
import { sizeOf } from '../../dead-letters/record-headers.ts';
import { TRANSACTION_TIMEOUT_MS } from '../../kafka/coordinator-link.ts';
import { diagnose } from '../../kafka/diagnose.ts';
import { sendTo } from '../../kafka/send-to.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createTransactionalProducer, type TransactionalProducer } from '../../kafka/transactional-producer.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TopicPartition } from './member-listener.ts';

/** Sets letters of one partition aside, each once. */
export interface SetAside {
  /** Letters and offset are in one transaction: both or neither. After a rejection call it again with the same. */
  run(letters: readonly DeadLetter[], next: bigint): Promise<void>;
  readonly close: () => void;
}

/** What it takes. */
export interface SetAsideOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly group: string;
  readonly deadLetterTopic: string;
  /** The partition of the dead-letter topic. */
  readonly to: number;
  readonly from: TopicPartition;
  /** Commits an offset that stands already, as the group's member; rejects when we are none any more. */
  readonly confirm: (committed: bigint) => Promise<void>;
  /** The group's offset; undefined where there is none. */
  readonly committed: () => Promise<bigint | undefined>;
}

/** Retries are for the end of the transaction before, and for a leader that moves. */
const PRODUCER = {
  transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
  requestTimeoutMs: 5_000,
  retry: { retries: 8, initialRetryTime: 20, factor: 0.2, multiplier: 2, maxRetryTime: 500 },
};

/** A broker takes a batch of about a million bytes (message.max.bytes) from each producer. */
const SEND_BYTES = 512 * 1024;

/** One for each partition: whoever has it next fences the one before (KIP-98). */
export function transactionalIdOf(group: string, { topic, partition }: TopicPartition): string {
  return `${group}-${topic}-${partition}`;
}

/**
 * The transactional producer of one partition, made when the first letter is there. What became of a transaction that failed is
 * not known: its producer is not used any more, the next one's first transaction ends it one way or the other, and then the
 * group's offset says what was committed. `confirm` keeps a member that has lost the partition without knowing from sending
 * anything: the next owner's fence came before, and the group refuses us, or it comes later, and the broker does.
 */
export function createSetAside(options: SetAsideOptions): SetAside {
  const { settings, log, group, deadLetterTopic, to, from, confirm, committed } = options;
  let current: TransactionalProducer | undefined;
  let settledTo = -1n;
  let sendBytes = SEND_BYTES;

  /** The first one of a producer fences whoever had its id before: only then what they committed is final. */
  async function begin(): Promise<Transaction> {
    if (current !== undefined) return current.producer.transaction();
    current = createTransactionalProducer({
      settings,
      log,
      transactionalId: transactionalIdOf(group, from),
      ...PRODUCER,
    });
    const { producer } = current;
    await producer.connect();
    const transaction = await producer.transaction();
    settledTo = (await committed()) ?? -1n;
    await confirm(settledTo);
    return transaction;
  }

  function drop(): void {
    current?.destroy();
    current = undefined;
  }

  return {
    async run(letters, next) {
      try {
        const transaction = await begin();
        if (settledTo >= next) {
          await transaction.abort();
          return;
        }
        for (const messages of chunks(
          letters.filter(({ record }) => record.offset >= settledTo),
          sendBytes,
        ))
          await sendTo(transaction, { topic: deadLetterTopic, partition: to }, messages);
        const offset = { partition: from.partition, offset: String(next) };
        await transaction.sendOffsets({
          consumerGroupId: group,
          topics: [{ topic: from.topic, partitions: [offset] }],
        });
        await transaction.commit();
        settledTo = next;
      } catch (error) {
        // The topic may take less than what brokers take when nobody says anything: then each letter goes by itself.
        if (diagnose(error).reason === 'too_large') sendBytes = 0;
        drop();
        throw error;
      }
    },
    close: drop,
  };
}

/** Letters in parts of so many bytes; one that is larger is a part by itself. */
function chunks(letters: readonly DeadLetter[], bytes: number): OutgoingRecord[][] {
  const parts: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of letters.map(toLetterRecord)) {
    const size = sizeOf(record);
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = bytes;
    }
    parts.at(-1)?.push(record);
    room -= size;
  }
  return parts;
}
