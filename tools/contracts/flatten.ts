// `allOf` says the same of a value twice, which is right for a validator and noise in a type: `A & { items?: B[] }`.
// For the types, and only for them, an `allOf` of objects becomes the one object it means.
import { isDeepStrictEqual } from 'node:util';
import { isArray, isObject, mapValues } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { resolved } from './standalone.ts';

// These do not change which values are valid; where two differ, the later one is nearer to the reader.
const ANNOTATIONS = new Set(['title', 'description', 'examples', 'default', 'deprecated']);

/** A copy of a self-contained contract in which every `allOf` that can be one schema is one. */
export function flattenSchemas(document: JsonObject): JsonObject {
  return mapValues(document, (value) => flatten(value, document));
}

function flatten(node: Json, document: JsonObject): Json {
  if (isArray(node)) return node.map((entry) => flatten(entry, document));
  if (!isObject(node)) return node;
  // The types know no values beyond the listed ones anyway.
  const { unevaluatedProperties: _closed, allOf, ...rest } = node;
  const outer = mapValues(rest, (value) => flatten(value, document));
  if (!isArray(allOf)) return allOf === undefined ? outer : { ...outer, allOf };

  const [only, ...others] = allOf;
  const annotationsOnly = Object.keys(outer).every((key) => ANNOTATIONS.has(key));
  // A `$ref` alone keeps the name of the type.
  if (isObject(only) && others.length === 0 && annotationsOnly) return flatten(only, document);

  const parts = allOf.map((part) => flatten(isObject(part) ? resolved(document, part) : part, document));
  let merged: JsonObject | undefined = {};
  for (const part of [...parts, outer]) merged = merged && isObject(part) ? merge(merged, part) : undefined;
  return merged ?? { ...outer, allOf: allOf.map((part) => flatten(part, document)) };
}

/** Both schemas in one, or undefined if only `allOf` can say it. */
function merge(first: JsonObject, second: JsonObject): JsonObject | undefined {
  const merged: Record<string, Json> = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = first[key];
    const together = before === undefined || ANNOTATIONS.has(key) ? value : mergeKeyword(key, before, value);
    if (together === undefined) return undefined;
    merged[key] = together;
  }
  return merged;
}

function mergeKeyword(key: string, first: Json, second: Json): Json | undefined {
  if (isDeepStrictEqual(first, second)) return first;
  if (key === 'required' && isArray(first) && isArray(second)) return [...new Set([...first, ...second])];
  if (key === 'items' && isObject(first) && isObject(second)) return merge(first, second);
  if (key === 'properties' && isObject(first) && isObject(second)) return mergeProperties(first, second);
  return undefined;
}

function mergeProperties(first: JsonObject, second: JsonObject): JsonObject {
  const changed = mapValues(second, (value, name) => {
    const before = first[name];
    if (before === undefined) return value;
    return (isObject(before) && isObject(value) ? merge(before, value) : undefined) ?? { allOf: [before, value] };
  });
  return { ...first, ...changed };
}
