import kafkajs, { type Message, type Transaction } from 'kafkajs';

/**
 * Sends messages to one partition, in a transaction. kafkajs resolves, having sent nothing, when it does not know the partition:
 * here that is an error, as everything is that the partition has not acknowledged.
 */
export async function sendTo(
  transaction: Transaction,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  messages: readonly Omit<Message, 'partition'>[],
): Promise<void> {
  const answers = await transaction.send({
    topic,
    messages: messages.map((message) => ({ ...message, partition })),
    acks: -1,
    // What was compressed when it was read may be too large when it is not.
    compression: kafkajs.CompressionTypes.GZIP,
  });
  const isAnswered = answers.some((answer) => answer.partition === partition && answer.errorCode === 0);
  if (!isAnswered) throw new Error(`UNKNOWN_TOPIC_OR_PARTITION: there is no answer for ${topic}/${partition}`);
}
