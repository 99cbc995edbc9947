import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** The broker's error code for a produce request (0 is success), or undefined while there is no answer. */
export type ProduceAnswer = number | undefined;

/** Sees what really left for the broker and what really came back, on every socket of one Kafka client. */
export interface ProduceWitness {
  /** Hand this to the Kafka client. */
  readonly socketFactory: ISocketFactory;
  /**
   * Starts a new record for a partition and returns it: one entry per produce request handed to a socket from now on, in
   * order. The array goes on changing as requests leave and answers come.
   */
  watch(partition: number): readonly ProduceAnswer[];
}

const PRODUCE_API_KEY = 0;
const KEEP_ALIVE_DELAY_MS = 60_000;

/** Correlation id int32, number of topics int32, length of a topic int16. */
const MIN_ANSWER_BYTES = 10;

/**
 * kafkajs reports only the last error of a send that it tried several times, so it cannot tell "certainly not written"
 * from "maybe written". The wire can: a record that never left, or that was refused before it was appended, is not there.
 *
 * Formats: Kafka protocol guide, Produce request and response versions 3 to 7 (kafkajs 2.2.4 speaks no newer one), one
 * topic and one partition per request. `tlsOptions` undefined means plain TCP.
 */
export function createProduceWitness(tlsOptions: tls.ConnectionOptions | undefined): ProduceWitness {
  const records = new Map<number, ProduceAnswer[]>();

  function watch(partition: number): readonly ProduceAnswer[] {
    const record: ProduceAnswer[] = [];
    records.set(partition, record);
    return record;
  }

  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const serverName = net.isIP(host) === 0 ? { servername: host } : {};
    const socket =
      tlsOptions === undefined
        ? net.connect({ host, port }, onConnect)
        : tls.connect({ host, port, ...serverName, ...tlsOptions }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    socket.setNoDelay(true);
    observe(socket);
    return socket;
  };

  function observe(socket: net.Socket): void {
    const unanswered = new Map<number, (answer: number) => void>();
    const frames = createFrameReader();
    const write = socket.write.bind(socket);

    socket.write = ((chunk: Uint8Array, ...rest: [BufferEncoding]) => {
      const request = readProduceRequest(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      if (request !== undefined) {
        const record = records.get(request.partition) ?? [];
        const attempt = record.push(undefined) - 1;
        unanswered.set(request.correlationId, (answer) => (record[attempt] = answer));
      }
      return write(chunk, ...rest);
    }) as typeof socket.write;

    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames(chunk)) {
        if (frame.length < MIN_ANSWER_BYTES) continue;
        const correlationId = frame.readInt32BE(0);
        const answered = unanswered.get(correlationId);
        if (answered === undefined) continue;
        unanswered.delete(correlationId);
        answered(readProduceErrorCode(frame));
      }
    });
  }

  return { socketFactory, watch };
}

/** Partition and correlation id of a produce request with its length prefix; undefined for any other request. */
export function readProduceRequest(bytes: Buffer): { correlationId: number; partition: number } | undefined {
  // length int32, api key int16, api version int16, correlation id int32, client id nullable string
  if (bytes.length < 14 || bytes.readInt16BE(4) !== PRODUCE_API_KEY) return undefined;
  const correlationId = bytes.readInt32BE(8);
  let at = skipString(bytes, 12);
  at = skipString(bytes, at); // transactional id, nullable string
  at += 2 + 4 + 4; // acks int16, timeout int32, number of topics int32
  at = skipString(bytes, at); // topic
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

/** Cuts a byte stream into frames of an int32 length and as many bytes; yields them without the length. */
export function createFrameReader(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer[] = [];
  let restLength = 0;
  let needed = 4;
  return (chunk) => {
    if (needed === Infinity) return [];
    rest.push(chunk);
    restLength += chunk.length;
    if (restLength < needed) return [];
    let bytes = rest.length === 1 ? chunk : Buffer.concat(rest);
    const frames: Buffer[] = [];
    needed = 4;
    while (bytes.length >= 4) {
      const end = 4 + bytes.readInt32BE(0);
      if (end < 4) {
        needed = Infinity; // not Kafka: there is nothing to see here any more
        return frames;
      }
      if (bytes.length < end) {
        needed = end;
        break;
      }
      frames.push(bytes.subarray(4, end));
      bytes = bytes.subarray(end);
    }
    rest = bytes.length > 0 ? [bytes] : [];
    restLength = bytes.length;
    return frames;
  };
}
