import kafkajs from 'kafkajs';
import { createBrokerSockets } from '../../kafka/broker-sockets.ts';
import { diagnose } from '../../kafka/diagnose.ts';
import { READABLE_COMPRESSIONS } from '../../kafka/codecs.ts';
import { createKafkaClient } from '../../kafka/kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from '../../kafka/kafka-settings.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TopicRules } from '../topic-reader.ts';

const NAMES = [
  'message.timestamp.type',
  'message.timestamp.before.max.ms',
  'message.timestamp.after.max.ms',
  'retention.ms',
  'compression.type',
] as const;

/** Values of compression.type with which records of ours can be read. */
const READABLE: ReadonlySet<string> = new Set(['', 'producer', 'uncompressed', ...READABLE_COMPRESSIONS]);

const REQUEST_TIMEOUT_MS = 3_000;

/** Asks for the topic's configuration. Rejects with an Error in words fit for anybody. */
export async function readTopicRules({ settings, log }: { settings: KafkaSettings; log: Logger }): Promise<TopicRules> {
  const { socketFactory, destroyAll } = createBrokerSockets({ tls: tlsOptionsOf(settings) });
  const admin = createKafkaClient({ settings, log, requestTimeoutMs: REQUEST_TIMEOUT_MS, socketFactory }).admin();
  try {
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: settings.topic, configNames: [...NAMES] }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    const values = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    const compression = values.get('compression.type') ?? '';
    return {
      timestampType: values.get('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
      beforeMaxMs: bound(values.get('message.timestamp.before.max.ms')),
      afterMaxMs: bound(values.get('message.timestamp.after.max.ms')),
      retentionMs: bound(values.get('retention.ms')),
      unreadableCompression: READABLE.has(compression) ? undefined : compression,
    };
  } catch (error) {
    const { reason, message } = diagnose(error);
    const advice = reason === 'authorization' ? 'grant DescribeConfigs on KAFKA_TOPIC to KAFKA_USERNAME.' : message;
    throw new Error(advice, { cause: error });
  } finally {
    admin.disconnect().catch(() => undefined); // its sockets are ended here in any case
    destroyAll();
  }
}

/** -1 and Long.MAX_VALUE, which no number holds exactly, are Kafka's ways to say "no bound". */
function bound(value: string | undefined): number | undefined {
  const ms = Number(value ?? -1);
  return ms < 0 || ms >= Number.MAX_SAFE_INTEGER ? undefined : ms;
}
