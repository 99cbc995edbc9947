import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';
import { publisherContract } from './publisher-contract.ts';

describeWithKafka('on a real broker', ({ bootstrap }) => {
  publisherContract('kafka', async () => {
    const topic = await createTestTopic(bootstrap);
    return {
      publisher: createKafkaPublisher({
        settings: { brokers: bootstrap.split(','), topic: topic.name },
        log: silentLog,
        timeoutMs: 5_000,
      }),
      topic: topic.name,
      read: () => readTopic(bootstrap, topic.name),
      close: () => topic.remove(),
    };
  });
});
