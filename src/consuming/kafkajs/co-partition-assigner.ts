import kafkajs, { type PartitionAssigner } from 'kafkajs';

const NAME = 'orders-co-partitioned';
const VERSION = 1;

/**
 * Gives all partitions with one number to one member: an order's events and its replayed events, which are on partitions with
 * the same number of two topics, are then handled in one place, one after the other.
 */
export const coPartitionAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort();
    const partitionsOf = (topic: string) =>
      cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    return Promise.resolve(
      ids.map((memberId, i) => {
        const mine = (topic: string) => partitionsOf(topic).filter((partition) => partition % ids.length === i);
        const assignment = Object.fromEntries(topics.map((topic) => [topic, mine(topic)]));
        return {
          memberId,
          memberAssignment: kafkajs.AssignerProtocol.MemberAssignment.encode({
            version: VERSION,
            assignment,
            userData: Buffer.alloc(0),
          }),
        };
      }),
    );
  },
  protocol({ topics }) {
    return {
      name: NAME,
      metadata: kafkajs.AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
    };
  },
});
