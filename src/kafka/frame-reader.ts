/** Longer frames are not Kafka's: brokers and kafkajs both stay far below, and other protocols' first bytes look like more. */
const MAX_FRAME_BYTES = 128 * 1024 * 1024;

/**
 * Cuts a byte stream into frames of an int32 length and as many bytes; yields them without the length, which stands
 * in the four bytes before each. Throws for a length that cannot be Kafka's.
 */
export function createFrameReader(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer[] = [];
  let restLength = 0;
  let needed = 4;
  return (chunk) => {
    rest.push(chunk);
    restLength += chunk.length;
    if (restLength < needed) return [];
    let bytes = rest.length === 1 ? chunk : Buffer.concat(rest);
    const frames: Buffer[] = [];
    needed = 4;
    while (bytes.length >= 4) {
      const end = 4 + bytes.readInt32BE(0);
      if (end < 4 || end > MAX_FRAME_BYTES) throw new Error('closed connection: the other side does not speak Kafka');
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
