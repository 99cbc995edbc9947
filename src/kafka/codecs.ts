import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Ways of compression in which records can be read here; kafkajs brings gzip alone. */
export const READABLE_COMPRESSIONS: ReadonlySet<string> = new Set(['gzip', 'zstd']);

/** Adds zstd, which Node has, to what kafkajs can read. For the whole process; twice is no more than once. */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: ({ buffer }: { buffer: Buffer }) => promisify(zstdCompress)(buffer),
    decompress: (buffer: Buffer) => promisify(zstdDecompress)(buffer),
  });
}
