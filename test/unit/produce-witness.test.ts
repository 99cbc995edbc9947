// Bytes written by hand from the Kafka protocol guide: Produce request and response, versions 3 to 7.
import { describe, expect, test } from '@jest/globals';
import { createFrameReader } from '../../src/kafka/frame-reader.ts';
import { readProduceErrorCode, readProduceRequest } from '../../src/publishing/kafka/produce-witness.ts';

const int16 = (n: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(n);
  return bytes;
};
const int32 = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(n);
  return bytes;
};
const int64 = (n: bigint) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(n);
  return bytes;
};
const string = (text: string | null) =>
  text === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(text)), Buffer.from(text)]);
const framed = (...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(body.length), body]);
};

interface Produce {
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  readonly transactionalId: string | null;
  readonly topic: string;
  readonly partition: number;
}

function produceRequest(of: Produce): Buffer {
  const records = Buffer.alloc(70, 0xff);
  const header = [int16(0), int16(of.version), int32(of.correlationId), string(of.clientId)];
  const topic = [int32(1), string(of.topic), int32(1), int32(of.partition), int32(records.length), records];
  return framed(...header, string(of.transactionalId), int16(-1), int32(5_000), ...topic);
}

function produceResponse({ version, correlationId, topic, partition }: Produce, errorCode: number): Buffer {
  const place = [int32(partition), int16(errorCode), int64(7n), int64(-1n), ...(version >= 5 ? [int64(0n)] : [])];
  return framed(int32(correlationId), int32(1), string(topic), int32(1), ...place, int32(0));
}

const samples = [3, 4, 5, 6, 7].flatMap((version) =>
  [null, '', 'orders-api', 'ünï'].flatMap((clientId) =>
    [null, '', 'tx-1'].map((transactionalId): Produce => ({
      version,
      correlationId: 0x01020304,
      clientId,
      transactionalId,
      topic: 'orders',
      partition: 300,
    })),
  ),
);

describe('a produce request', () => {
  test.each(samples)('of version $version is read: client $clientId, transaction $transactionalId', (sample) => {
    expect(readProduceRequest(produceRequest(sample))).toEqual({ correlationId: 0x01020304, partition: 300 });
  });

  test('is told apart from every other request', () => {
    for (const apiKey of [1, 3, 10, 17, 18, 22, 36]) {
      const request = framed(int16(apiKey), int16(0), int32(1), string('orders-api'), Buffer.alloc(40));
      expect(readProduceRequest(request)).toBeUndefined();
    }
  });

  test('is not seen in bytes too short for one', () => {
    expect(readProduceRequest(Buffer.alloc(0))).toBeUndefined();
    expect(readProduceRequest(framed(Buffer.alloc(4)))).toBeUndefined();
  });
});

test.each(samples.filter(({ clientId, transactionalId }) => clientId === null && transactionalId === null))(
  'the error code of a response of version $version is read',
  (sample) => {
    for (const code of [0, 6, 19, 87, -1]) {
      expect(readProduceErrorCode(produceResponse(sample, code).subarray(4))).toBe(code);
    }
  },
);

describe('frames', () => {
  const bodies = [Buffer.from('first'), Buffer.alloc(0), Buffer.from([1]), Buffer.alloc(300, 7)];
  const stream = Buffer.concat(bodies.map((body) => framed(body)));

  const read = (...chunks: Buffer[]) => {
    const frames = createFrameReader();
    return chunks.flatMap((chunk) => frames(chunk).map((frame) => Buffer.from(frame)));
  };

  test('come whole out of one chunk', () => {
    expect(read(stream)).toEqual(bodies);
  });

  test('come whole wherever the stream is cut in two', () => {
    for (let at = 0; at <= stream.length; at += 1) {
      expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(bodies);
    }
  });

  test('come whole wherever the stream is cut in three', () => {
    const short = stream.subarray(0, 9 + 4 + 5); // the first three
    for (let a = 0; a <= short.length; a += 1) {
      for (let b = a; b <= short.length; b += 1) {
        expect(read(short.subarray(0, a), short.subarray(a, b), short.subarray(b))).toEqual(bodies.slice(0, 3));
      }
    }
  });

  test('come whole byte by byte, each with its last byte', () => {
    const frames = createFrameReader();
    const ends: number[] = [];
    stream.forEach((byte, at) => {
      if (frames(Buffer.from([byte])).length > 0) ends.push(at + 1);
    });
    expect(ends).toEqual([9, 13, 18, 322]);
  });

  test('of responses can be read however they were cut', () => {
    const sample: Produce = { ...samples[0], version: 7, topic: 'orders', partition: 2, correlationId: 9 } as Produce;
    const responses = Buffer.concat([produceResponse(sample, 0), produceResponse(sample, 19)]);
    for (let at = 0; at <= responses.length; at += 1) {
      const frames = read(responses.subarray(0, at), responses.subarray(at));
      expect(frames.map((frame) => [frame.readInt32BE(0), readProduceErrorCode(frame)])).toEqual([
        [9, 0],
        [9, 19],
      ]);
    }
  });
});
