/**
 * What of kafkajs 2.2.4 must be worked around here:
 *
 * - A send over several partitions may resolve without one of them after its leader has moved: one partition a send, and the
 *   answer must name it.
 * - After a failed send the next one of that producer may be taken for a repeat of it and be lost: nothing more goes through a
 *   producer that has failed, not even where only its transaction was aborted.
 * - The producer id is asked for with the first transaction only: one is begun and ended at the start, so that whoever had the
 *   transactional id before can write no more, and what it left open is ended, before marks are read.
 */
import type { Producer } from 'kafkajs';
import { sendTo } from '../../kafka/send-to.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createTransactionalProducer } from '../../kafka/transactional-producer.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { FencedError } from '../errors.ts';
import type { Send, Transactions } from '../ports.ts';

/** After this time the broker ends a transaction of a process that is gone; until then readers wait behind it, ms. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/** Retries are for a moved leader, and for the end of the transaction before. */
const PRODUCER = {
  transactionTimeoutMs: TRANSACTION_TIMEOUT_MS,
  requestTimeoutMs: 10_000,
  retry: { retries: 8, initialRetryTime: 100, factor: 0.2, multiplier: 2, maxRetryTime: 1_000 },
};

/** What a broker answers to a producer whose transactional id another has taken (Kafka protocol guide, error codes). */
const FENCED: ReadonlySet<unknown> = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']);

/** What is needed to write. */
export interface TransactionsOptions {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly transactionalId: string;
}

/** Takes the transactional id. Rejects with the errors of kafkajs, also where an earlier transaction takes long to be ended. */
export async function openTransactions(options: TransactionsOptions): Promise<Transactions> {
  const { producer, close } = createTransactionalProducer({ ...options, ...PRODUCER });
  try {
    await producer.connect();
    await (await producer.transaction()).abort(); // nothing is in it, so nobody is told
    return { commit: (sends) => commit(producer, close, sends), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function commit(producer: Producer, close: () => Promise<void>, sends: readonly Send[]): Promise<void> {
  const begun = performance.now();
  try {
    const transaction = await producer.transaction();
    try {
      for (const { topic, partition, records } of sends) await sendTo(transaction, { topic, partition }, records);
      await transaction.commit();
    } catch (error) {
      // At best; what it leaves open is ended by whoever opens next, or by the broker.
      if (transaction.isActive()) await transaction.abort().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    await close();
    // A broker also fences a transaction that took too long; nobody has taken over then.
    const isLate = performance.now() - begun >= TRANSACTION_TIMEOUT_MS;
    if (!isLate && [...typesOf(error)].some((type) => FENCED.has(type)))
      throw new FencedError(String(error), { cause: error });
    throw error;
  }
}

/** The protocol's names of an error and of what it wraps. */
function typesOf(error: unknown): ReadonlySet<unknown> {
  const types = new Set<unknown>();
  for (let at = error; at instanceof Error; at = at.cause) if ('type' in at) types.add(at.type);
  return types;
}
