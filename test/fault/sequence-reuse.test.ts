/**
 * Property: the record after one whose answer never came is written, at an offset of its own.
 *
 * kafkajs gives a record the sequence number of a failed one. When both are batches of one record, the broker takes the
 * second for a repeat of the first and acknowledges it with the first one's offset, without writing it.
 */
import { expect, test } from '@jest/globals';
import { orderStatusChanged } from '../../src/domain/events.ts';
import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import { describeWithKafka } from '../support/describe-with-kafka.ts';
import { startKafkaProxy } from '../support/kafka-proxy.ts';
import { silentLog } from '../support/silent-log.ts';
import { createTestTopic } from '../support/test-topic.ts';
import { readTopic } from '../support/topic-reader.ts';

const ATTEMPTS = 3;

describeWithKafka('one record at a time', ({ bootstrap }) => {
  test('C is written but its answers are withheld until its send gives up: then D and E are written after it', async () => {
    const topic = await createTestTopic(bootstrap, { partitions: 1 });
    const proxy = await startKafkaProxy(bootstrap);
    const publisher = createKafkaPublisher({
      settings: { brokers: proxy.bootstrap.split(','), topic: topic.name },
      log: silentLog,
      timeoutMs: 1_500,
    });
    const publish = (requestId: string) =>
      publisher.publish(
        orderStatusChanged(
          'order-1',
          { status: 'shipped' },
          { requestId, principal: 'tester', receivedAt: Date.now() },
        ),
      );
    try {
      await expect(publish('A')).resolves.toMatchObject({ offset: '0' });
      await expect(publish('B')).resolves.toMatchObject({ offset: '1' });
      proxy.setFault({ kind: 'withhold' });
      await expect(publish('C')).rejects.toMatchObject({ outcome: 'unknown' });
      await proxy.waitForLost(ATTEMPTS);
      proxy.setFault({ kind: 'none' });
      await expect(untilAccepted(() => publish('D'))).resolves.toMatchObject({ offset: '3' });
      await expect(publish('E')).resolves.toMatchObject({ offset: '4' });
      const written = (await readTopic(bootstrap, topic.name)).map(({ value }) => requestIdOf(value));
      expect(written).toEqual(['A', 'B', 'C', 'D', 'E']);
    } finally {
      await publisher.close();
      await proxy.close();
      await topic.remove();
    }
  });
});

/** While C's send is still giving up, what waits behind it is dropped unsent; that is certain, so it may be sent again. */
async function untilAccepted<Result>(publish: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await publish();
    } catch (error) {
      expect(error).toMatchObject({ outcome: 'rejected' });
    }
  }
}

function requestIdOf(value: string): string {
  const { metadata } = JSON.parse(value) as { metadata: { requestId: string } };
  return metadata.requestId;
}
