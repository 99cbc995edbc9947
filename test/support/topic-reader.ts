import { Kafka, logLevel } from 'kafkajs';

/** A record as it is on the topic. */
export interface TopicRecord {
  readonly partition: number;
  readonly offset: string;
  /** ms since the epoch */
  readonly timestamp: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Reads a whole topic, from its beginning to the end it has now, in the order of partition and offset. */
export async function readTopic(bootstrap: string, topic: string): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  await scanTopic(bootstrap, topic, (record) => {
    records.push(record);
  });
  return records.sort((a, b) => a.partition - b.partition || Number(BigInt(a.offset) - BigInt(b.offset)));
}

/** Hands over the records of a whole topic, as `readTopic`, but keeps none: for topics too large to hold. */
export async function scanTopic(bootstrap: string, topic: string, each: (record: TopicRecord) => void): Promise<void> {
  const kafka = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  const open = new Map(
    ends.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
  );
  const groupId = `reader-${topic}-${process.pid}-${performance.now()}`;
  if (open.size > 0) {
    const consumer = kafka.consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: ({ partition, message }) => {
            const { offset, timestamp, key, value, headers = {} } = message;
            each({
              partition,
              offset,
              timestamp: Number(timestamp),
              key: String(key),
              value: String(value),
              headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)])),
            });
            if (BigInt(offset) + 1n >= (open.get(partition) ?? 0n)) open.delete(partition);
            if (open.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    await admin.deleteGroups([groupId]);
  }
  await admin.disconnect();
}
