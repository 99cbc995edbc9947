// The local Kafka's topics are those of the event contract: what works here works on a topic made as the contract says.
import { expect, test } from '@jest/globals';
import { bundle } from '../../tools/contracts/bundle.ts';
import { isArray, isObject, objectAt } from '../../tools/contracts/json.ts';
import type { Json } from '../../tools/contracts/json.ts';
import { contracts } from '../../tools/contracts/paths.ts';
import { ORDER_TOPICS } from '../../tools/kafka/topics.ts';

const channels = Object.values(objectAt(bundle(contracts.asyncapi), 'channels')).filter(isObject);

test('every channel is a topic, with its partitions and its configuration', () => {
  const described = channels.map((channel) => {
    const { topic, partitions, topicConfiguration } = objectAt(objectAt(channel, 'bindings'), 'kafka');
    const configs = isObject(topicConfiguration) ? Object.entries(topicConfiguration) : [];
    return {
      name: topic,
      partitions,
      configs: Object.fromEntries(configs.map(([name, value]) => [name, text(value)])),
    };
  });
  expect(ORDER_TOPICS).toEqual(described);
});

test('the topic of a channel is its address', () => {
  const topics = channels.map((channel) => objectAt(objectAt(channel, 'bindings'), 'kafka')['topic']);
  expect(topics).toEqual(channels.map(({ address }) => address));
});

/** A value as Kafka's tools take it. */
function text(value: Json): string {
  if (isArray(value)) return value.map(text).join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
