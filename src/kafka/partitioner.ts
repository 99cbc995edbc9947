import { Partitioners } from 'kafkajs';

/**
 * Chooses the partition of a key: murmur2 of its UTF-8 bytes modulo the number of partitions, as Kafka's Java client has
 * it, so that other producers and tools find an order where we put it.
 */
export function createPartitioner(partitions: number): (key: string) => number {
  const choose = Partitioners.DefaultPartitioner();
  // For a message with a key only the number of partitions counts.
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return (key) => choose({ topic: '', partitionMetadata, message: { key, value: null } });
}
