/** Whether the broker has answered, with an error; for one of the partitions, and the connection is as good as before. */
export function isOfBroker(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSProtocolError';
}

/**
 * Whether an answer came but cannot be decoded: compressed in a way kafkajs does not know (all but gzip and zstd), broken in its
 * compression, or shorter than it says.
 */
export function isOfContent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'KafkaJSNotImplemented' || error instanceof RangeError || code.startsWith('Z_');
}
