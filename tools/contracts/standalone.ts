import { SCHEMAS } from './bundle.ts';
import { isArray, isObject, lookup, mapValues } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/**
 * One schema of a self-contained contract as a document of its own: what it refers to comes along in `definitions`,
 * so that a validator compiles it without knowing the contract.
 */
export function standalone(document: JsonObject, schema: JsonObject): JsonObject {
  const definitions = new Map<string, Json>();

  const carry = (node: Json): Json => {
    if (isArray(node)) return node.map(carry);
    if (!isObject(node)) return node;
    return mapValues(node, (value, key) => {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(SCHEMAS)) return carry(value);
      const name = value.slice(SCHEMAS.length);
      if (!definitions.has(name)) {
        definitions.set(name, {});
        definitions.set(name, carry(resolved(document, { $ref: value })));
      }
      return `#/definitions/${name}`;
    });
  };

  const root = carry(resolved(document, schema));
  if (!isObject(root)) throw new Error('a schema must be an object');
  return definitions.size === 0 ? root : { ...root, definitions: Object.fromEntries(definitions) };
}

/** The object itself, or what it leads to if it is only a `$ref`; throws if the way ends. */
export function resolved(document: JsonObject, node: JsonObject): JsonObject {
  const reference = node['$ref'];
  if (typeof reference !== 'string') return node;
  const target = lookup(document, reference.slice(1));
  if (!isObject(target)) throw new Error(`nothing at ${reference}`);
  return resolved(document, target);
}
