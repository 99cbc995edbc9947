import { createSecureContext } from 'node:tls';
import type { KafkaSettings } from '../kafka/kafka-settings.ts';
import type { Values } from './schema.ts';
import { readText } from './values.ts';

/** How to reach Kafka. `needed` says why the brokers' addresses must be given, if they must. */
export function readKafka(values: Values, faults: string[], needed: string | undefined): KafkaSettings {
  const { KAFKA_BROKERS, KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL_MECHANISM } = values;
  const brokers = (KAFKA_BROKERS ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (needed !== undefined && brokers.length === 0) faults.push(`KAFKA_BROKERS: required ${needed}`);
  for (const broker of brokers) {
    const port = Number(/^[^\s:]+:(\d{1,5})$/.exec(broker)?.[1]);
    if (!(port >= 1 && port <= 65_535)) faults.push(`KAFKA_BROKERS: ${broker} is not host:port`);
  }
  if ((KAFKA_USERNAME === undefined) !== (KAFKA_PASSWORD === undefined)) {
    faults.push('KAFKA_USERNAME: KAFKA_USERNAME and KAFKA_PASSWORD go together');
  }
  if (KAFKA_SASL_MECHANISM !== undefined && KAFKA_USERNAME === undefined) {
    faults.push('KAFKA_SASL_MECHANISM: needs KAFKA_USERNAME and KAFKA_PASSWORD');
  }
  const sasl =
    KAFKA_USERNAME === undefined || KAFKA_PASSWORD === undefined
      ? {}
      : { sasl: { mechanism: KAFKA_SASL_MECHANISM ?? 'plain', username: KAFKA_USERNAME, password: KAFKA_PASSWORD } };
  return { brokers, topic: values.KAFKA_TOPIC, ...sasl, ...readTls(values, faults) };
}

function readTls(values: Values, faults: string[]): Pick<KafkaSettings, 'tls'> {
  const before = faults.length;
  const files = {
    ca: ['KAFKA_CA_FILE', values.KAFKA_CA_FILE],
    cert: ['KAFKA_CERT_FILE', values.KAFKA_CERT_FILE],
    key: ['KAFKA_KEY_FILE', values.KAFKA_KEY_FILE],
  } as const;
  if ((values.KAFKA_CERT_FILE === undefined) !== (values.KAFKA_KEY_FILE === undefined)) {
    faults.push('KAFKA_CERT_FILE: KAFKA_CERT_FILE and KAFKA_KEY_FILE go together');
  }
  const given = Object.entries(files).flatMap(([part, [name, file]]) => {
    if (file === undefined) return [];
    if (!values.KAFKA_TLS) faults.push(`${name}: needs KAFKA_TLS=true`);
    return [[part, readText(name, file, faults)]] as const;
  });
  if (!values.KAFKA_TLS) return {};
  const tls = Object.fromEntries(given);
  if (faults.length > before) return { tls };
  try {
    createSecureContext(tls);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    faults.push(
      `KAFKA_TLS: ${Object.values(files)
        .map(([name]) => name)
        .join(', ')} are not PEM, or do not belong together (${why})`,
    );
  }
  return { tls };
}

/** The topics of the worker and of what it could not handle. */
export function readTopics(values: Values, faults: string[]): { deadLetterTopic: string; retryTopic: string } {
  const { KAFKA_TOPIC, KAFKA_DLQ_TOPIC: deadLetterTopic, KAFKA_RETRY_TOPIC: retryTopic } = values;
  if (new Set([KAFKA_TOPIC, deadLetterTopic, retryTopic]).size < 3)
    faults.push('KAFKA_TOPIC: KAFKA_TOPIC, KAFKA_DLQ_TOPIC and KAFKA_RETRY_TOPIC must be three topics');
  return { deadLetterTopic, retryTopic };
}
