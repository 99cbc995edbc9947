/** Errors after which the log may be another one under the same name (Kafka protocol guide, error codes 1, 3 and 100). */
const OF_A_REPLACED_LOG = /OFFSET_OUT_OF_RANGE|UNKNOWN_TOPIC/;

/** Whether the topic may have been deleted and created again, or cut. */
export function mayBeReplaced(error: unknown): boolean {
  return OF_A_REPLACED_LOG.test(describe(error));
}

/**
 * Whether an answer came but cannot be decoded: kafkajs names its errors, all but those that come out of decoding, and
 * KafkaJSNotImplemented is a compression it does not know.
 */
export function isOfContent(error: unknown): boolean {
  return error instanceof Error && (error.name === 'KafkaJSNotImplemented' || !/^KafkaJS|^Abort/.test(error.name));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const type = 'type' in error ? String(error.type) : '';
  return `${type} ${error.message} ${error.cause === undefined ? '' : describe(error.cause)}`;
}
