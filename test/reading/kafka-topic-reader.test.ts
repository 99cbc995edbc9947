import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import { createKafkaTopicReader } from '../../src/reading/kafkajs/kafka-topic-reader.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { KEEP } from '../support/reading-kafka.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { topicReaderContract } from './topic-reader-contract.ts';

describeWithKafka('on a real broker', ({ bootstrap }) => {
  topicReaderContract('kafka', async () => {
    const topic = await createTestTopic(bootstrap, { configs: KEEP });
    const settings = { brokers: bootstrap.split(','), topic: topic.name };
    return {
      publisher: createKafkaPublisher({ settings, log: silentLog, timeoutMs: 5_000 }),
      openReader: () => createKafkaTopicReader({ settings, log: silentLog, onSkipped: () => undefined }),
      close: () => topic.remove(),
    };
  });
});
