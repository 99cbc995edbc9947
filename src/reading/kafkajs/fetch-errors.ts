/** Errors after which the log may be another one under the same name (Kafka protocol guide, error codes 1, 3 and 100). */
const OF_A_REPLACED_LOG = /OFFSET_OUT_OF_RANGE|UNKNOWN_TOPIC/;

/** Whether the topic may have been deleted and created again, or cut. */
export function mayBeReplaced(error: unknown): boolean {
  return OF_A_REPLACED_LOG.test(describe(error));
}

/**
 * Whether an answer came but cannot be decoded: compressed in a way kafkajs does not know (all but gzip), broken in its
 * compression, or shorter than it says.
 */
export function isOfContent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'KafkaJSNotImplemented' || error instanceof RangeError || code.startsWith('Z_');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const type = 'type' in error ? String(error.type) : '';
  return `${type} ${error.message} ${error.cause === undefined ? '' : describe(error.cause)}`;
}
