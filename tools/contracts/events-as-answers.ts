// What the project publishes is to a reader what an answer is to a client: nothing in it may go away or become something
// new. So the event contract is compared as an OpenAPI document whose answers are the messages.
import { isObject, mapValues, objectAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { resolved } from './standalone.ts';

/** An OpenAPI document in which each message of a self-contained AsyncAPI document is what `GET /topic/name` answers. */
export function eventsAsAnswers(document: JsonObject): JsonObject {
  const channels = Object.values(objectAt(document, 'channels')).filter(isObject);
  const paths = channels.flatMap((channel) =>
    Object.values(objectAt(channel, 'messages')).map((entry): [string, Json] => {
      const message = resolved(document, isObject(entry) ? entry : {});
      const { address, name } = { ...channel, ...message };
      if (typeof address !== 'string' || typeof name !== 'string') throw new Error('an address and a name are needed');
      return [`/${address}/${name}`, { get: { responses: { default: answer(message, document) } } }];
    }),
  );
  const schemas = objectAt(objectAt(document, 'components'), 'schemas');
  const info = { title: 'Messages', version: '1.0.0' };
  return { openapi: '3.1.0', info, paths: Object.fromEntries(paths), components: { schemas } };
}

function answer(message: JsonObject, document: JsonObject): JsonObject {
  const type = message['contentType'] ?? document['defaultContentType'];
  if (typeof type !== 'string') throw new Error('a content type is needed');
  const key = objectAt(objectAt(objectAt(message, 'bindings'), 'kafka'), 'key');
  const parts = { key, headers: objectAt(message, 'headers'), payload: objectAt(message, 'payload') };
  const schema = { type: 'object', required: Object.keys(parts), properties: mapValues(parts, (part) => part) };
  return { description: 'The message.', content: { [type]: { schema } } };
}
