import type { MemoryPublisher } from '../../publishing/memory/memory-publisher.ts';
import type { TopicEntry, TopicReader, TopicSink } from '../topic-reader.ts';

/** Reads what the memory backend keeps, as it is appended. */
export function createMemoryTopicReader(publisher: MemoryPublisher): TopicReader {
  const { partitions, partitionOf, bounds } = publisher;
  let closed = false;

  const kept = (partition: number): TopicEntry[] =>
    publisher
      .events()
      .filter(({ receipt }) => receipt.partition === partition)
      .map(({ receipt, event }) => ({ event, partition, offset: BigInt(receipt.offset) }));

  function follow(sink: TopicSink, from: 'earliest' | { readonly last: number }): void {
    for (let partition = 0; partition < partitions; partition += 1) {
      const { earliest, end } = bounds(partition);
      const wanted = from === 'earliest' ? 0n : end - BigInt(from.last);
      const start = wanted > earliest ? wanted : earliest;
      sink.began(partition, start);
      sink.read(
        partition,
        kept(partition).filter(({ offset }) => offset >= start),
        end,
      );
    }
    publisher.onAppend(({ partition, offset }, event) => {
      if (closed) return;
      const at = BigInt(offset);
      sink.read(partition, event === undefined ? [] : [{ event, partition, offset: at }], at + 1n);
    });
  }

  return {
    partitionOf: (key) => Promise.resolve(partitionOf(key)),
    partitions: () => Promise.resolve(partitions),
    bounds: (wanted) => Promise.resolve(wanted.map((partition) => ({ partition, ...bounds(partition) }))),
    rules: () =>
      Promise.resolve({
        timestampType: 'CreateTime',
        beforeMaxMs: undefined,
        afterMaxMs: undefined,
        retentionMs: undefined,
        unreadableCompression: undefined,
      }),
    follow,
    scan(partition, { since, end }, each) {
      const from = kept(partition).findIndex(({ event }) => event.timestamp >= since);
      const stretch = from < 0 ? [] : kept(partition).slice(from);
      for (const entry of stretch) if (entry.offset < end) each(entry);
      return Promise.resolve();
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
