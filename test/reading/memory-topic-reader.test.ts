import { createMemoryPublisher } from '../../src/publishing/memory/memory-publisher.ts';
import { createMemoryTopicReader } from '../../src/reading/memory/memory-topic-reader.ts';
import { topicReaderContract } from './topic-reader-contract.ts';

topicReaderContract('memory', () => {
  const publisher = createMemoryPublisher({ topic: 'orders', timeoutMs: 5_000 });
  return Promise.resolve({
    publisher,
    openReader: () => createMemoryTopicReader(publisher),
    close: () => Promise.resolve(),
  });
});
