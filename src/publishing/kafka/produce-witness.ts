import type { SocketObserver } from '../../kafka/broker-sockets.ts';

/** The broker's error code for a produce request (0 is success), or undefined while there is no answer. */
export type ProduceAnswer = number | undefined;

/** Sees what really left for the broker and what really came back, on every socket of one Kafka client. */
export interface ProduceWitness {
  /** An observer for each socket of the client. */
  observe(): SocketObserver;
  /**
   * Starts a new record for a partition and returns it: one entry per produce request handed to a socket from now on, in
   * order. The array goes on changing as requests leave and answers come.
   */
  watch(partition: number): readonly ProduceAnswer[];
}

const PRODUCE_API_KEY = 0;

/** Correlation id int32, number of topics int32, length of a topic int16. */
const MIN_ANSWER_BYTES = 10;

/**
 * kafkajs reports only the last error of a send that it tried several times, so it cannot tell "certainly not written"
 * from "maybe written". The wire can: a record that never left, or that was refused before it was appended, is not there.
 *
 * Formats: Kafka protocol guide, Produce request and response versions 3 to 7 (kafkajs 2.2.4 speaks no newer one), one
 * topic and one partition per request.
 */
export function createProduceWitness(): ProduceWitness {
  const records = new Map<number, ProduceAnswer[]>();

  function watch(partition: number): readonly ProduceAnswer[] {
    const record: ProduceAnswer[] = [];
    records.set(partition, record);
    return record;
  }

  function observe(): SocketObserver {
    const unanswered = new Map<number, (answer: number) => void>();
    return {
      sent(bytes) {
        const request = readProduceRequest(bytes);
        if (request === undefined) return;
        const record = records.get(request.partition) ?? [];
        const attempt = record.push(undefined) - 1;
        unanswered.set(request.correlationId, (answer) => (record[attempt] = answer));
      },
      received(frame) {
        if (frame.length < MIN_ANSWER_BYTES) return;
        const correlationId = frame.readInt32BE(0);
        const answered = unanswered.get(correlationId);
        if (answered === undefined) return;
        unanswered.delete(correlationId);
        answered(readProduceErrorCode(frame));
      },
    };
  }

  return { observe, watch };
}

/**
 * Partition and correlation id of a produce request with its length prefix; undefined for any other request, and for one
 * without a topic, which kafkajs sends when the partition has just lost its leader: there is nothing in it to be written.
 */
export function readProduceRequest(bytes: Buffer): { correlationId: number; partition: number } | undefined {
  // length int32, api key int16, api version int16, correlation id int32, client id nullable string
  if (bytes.length < 14 || bytes.readInt16BE(4) !== PRODUCE_API_KEY) return undefined;
  const correlationId = bytes.readInt32BE(8);
  let at = skipString(bytes, 12);
  at = skipString(bytes, at); // transactional id, nullable string
  at += 2 + 4; // acks int16, timeout int32
  const topics = bytes.readInt32BE(at);
  if (topics === 0) return undefined;
  at = skipString(bytes, at + 4); // topic
  at += 4; // number of partitions int32
  return { correlationId, partition: bytes.readInt32BE(at) };
}

/** Error code of a produce response without its length prefix. */
export function readProduceErrorCode(frame: Buffer): number {
  // correlation id int32, number of topics int32, topic string, number of partitions int32, partition int32, code int16
  const afterTopic = skipString(frame, 8);
  return frame.readInt16BE(afterTopic + 8);
}

function skipString(bytes: Buffer, at: number): number {
  return at + 2 + Math.max(0, bytes.readInt16BE(at)); // -1 is null
}
