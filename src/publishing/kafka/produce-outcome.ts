import type { ProduceAnswer } from './produce-witness.ts';

/**
 * Errors a broker answers before it appends anything to its log (Kafka protocol guide, error codes; ReplicaManager and
 * UnifiedLog of Apache Kafka 4.x check them first). Not here on purpose: NOT_LEADER_OR_FOLLOWER (6) and
 * UNKNOWN_TOPIC_OR_PARTITION (3), which a leader that loses its partition also answers to what it has appended;
 * REQUEST_TIMED_OUT (7) and NOT_ENOUGH_REPLICAS_AFTER_APPEND (20), which mean appended but not replicated;
 * KAFKA_STORAGE_ERROR (56); and whatever speaks of sequence numbers.
 */
const REFUSED_BEFORE_APPEND: ReadonlySet<number> = new Set([
  2, // CORRUPT_MESSAGE
  10, // MESSAGE_TOO_LARGE
  17, // INVALID_TOPIC_EXCEPTION
  18, // RECORD_LIST_TOO_LARGE
  19, // NOT_ENOUGH_REPLICAS
  29, // TOPIC_AUTHORIZATION_FAILED
  31, // CLUSTER_AUTHORIZATION_FAILED
  32, // INVALID_TIMESTAMP
  43, // UNSUPPORTED_FOR_MESSAGE_FORMAT
  44, // POLICY_VIOLATION
  87, // INVALID_RECORD
]);

/** Whether a failed send is certainly not in the log: each of its attempts was refused before anything was appended. */
export function certainlyNotWritten(attempts: readonly ProduceAnswer[]): boolean {
  return attempts.every((code) => code !== undefined && REFUSED_BEFORE_APPEND.has(code));
}
