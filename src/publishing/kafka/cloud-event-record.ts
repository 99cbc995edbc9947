import type { TopicEvent } from '../../domain/events.ts';

/** A record as a Kafka client takes it. `timestamp` is ms since the epoch, decimal. */
export interface KafkaRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly timestamp: string;
  readonly headers: Record<string, string>;
}

/**
 * A CloudEvent as a Kafka record in binary mode: attributes as headers, the payload as JSON, the orderId as key
 * (CloudEvents 1.0, Kafka protocol binding). Its keys are those of the event contract's headers.
 */
export function toRecord(event: TopicEvent): KafkaRecord {
  return {
    key: event.subject,
    value: Buffer.from(JSON.stringify(event.data)),
    timestamp: String(event.timestamp),
    headers: {
      ce_id: event.id,
      ce_source: event.source,
      ce_specversion: '1.0',
      ce_type: event.type,
      ce_time: new Date(event.timestamp).toISOString(),
      ce_subject: event.subject,
      ce_dataschema: event.dataSchema,
      'content-type': 'application/json',
    },
  };
}
