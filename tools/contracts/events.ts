import { compile } from 'json-schema-to-typescript';
import { flattenSchemas } from './flatten.ts';
import { isObject, objectAt } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { standalone } from './standalone.ts';

/** A message of an AsyncAPI document, with its schemas or the way to them. */
export interface Message {
  /** The message's key in `components/messages`. */
  readonly id: string;
  /** The message's `name`; of an event its `ce_type`. */
  readonly type: string;
  readonly title: string;
  readonly headers: JsonObject;
  readonly payload: JsonObject;
  readonly examples: Json | undefined;
}

/** Every message of a self-contained AsyncAPI document. */
export function messagesOf(document: JsonObject): readonly Message[] {
  return Object.entries(objectAt(objectAt(document, 'components'), 'messages')).map(([id, message]) => {
    if (!isObject(message)) throw new Error(`message ${id} must be an object`);
    const { name, title, examples } = message;
    if (typeof name !== 'string') throw new Error(`message ${id} needs a name; that of an event is its ce_type`);
    const headers = objectAt(message, 'headers');
    const payload = objectAt(message, 'payload');
    return { id, type: name, title: typeof title === 'string' ? title : name, headers, payload, examples };
  });
}

// The other channels repeat these events, or carry what is none.
const EVENTS_CHANNEL = 'orders';

/** The messages of the channel `orders`, each a CloudEvent; throws if one cannot be told from another. */
export function eventsOf(document: JsonObject): readonly Message[] {
  const channel = objectAt(objectAt(document, 'channels'), EVENTS_CHANNEL);
  const references = Object.values(objectAt(channel, 'messages')).map((entry) => isObject(entry) && entry['$ref']);
  const events = messagesOf(document).filter(({ id }) => references.includes(`#/components/messages/${id}`));
  if (events.length === 0) throw new Error(`the channel ${EVENTS_CHANNEL} has no messages`);
  const types = events.map(({ type }) => type);
  if (new Set(types).size !== types.length) throw new Error(`two messages have one name: ${types.join(', ')}`);
  return events;
}

/** For each `ce_type` of the channel `orders`, JSON Schemas (draft-07) of headers and payload that refer to nothing outside themselves. */
export function eventSchemas(document: JsonObject): JsonObject {
  const $schema = 'http://json-schema.org/draft-07/schema#';
  const schema = (node: JsonObject) => ({ $schema, ...standalone(document, node) });
  return Object.fromEntries(
    eventsOf(document).map(({ type, headers, payload }) => [
      type,
      { headers: schema(headers), payload: schema(payload) },
    ]),
  );
}

/** TypeScript types: each schema of a self-contained AsyncAPI document once, and `Events` by `ce_type`. */
export async function eventTypes(document: JsonObject): Promise<string> {
  const flat = flattenSchemas(document);
  const events = eventsOf(flat).map(({ type, title, headers, payload }): [string, JsonObject] => [
    type,
    { type: 'object', description: `${title}.`, required: ['headers', 'payload'], properties: { headers, payload } },
  ]);
  const root = standalone(flat, {
    type: 'object',
    description: 'Headers and payload of every event, by `ce_type`.',
    required: eventsOf(flat).map(({ type }) => type),
    properties: Object.fromEntries(events),
  });
  return compile(root, 'Events', {
    // An event may carry more; a reader cannot name it, so the types leave it out.
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    style: { printWidth: 120, singleQuote: true },
  });
}
