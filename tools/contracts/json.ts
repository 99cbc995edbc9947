import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A JSON value; what a YAML document of the contracts holds. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for an array; `Array.isArray` alone does not narrow a readonly one. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object at `key`; empty if there is none. */
export function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isObject(value) ? value : {};
}

/** Parses a YAML file whose root is a mapping; throws if it is something else. */
export function readDocument(file: string): JsonObject {
  const document: unknown = parse(readFileSync(file, 'utf8'));
  if (!isObject(document)) throw new Error(`${file}: a mapping is expected at the root`);
  return document;
}

/** The value a JSON Pointer (RFC 6901, as a URI fragment without `#`) leads to; undefined if there is none. */
export function lookup(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const segment of segmentsOf(pointer)) {
    if (isObject(value)) value = value[segment];
    else if (isArray(value)) value = value[Number(segment)];
    else return undefined;
  }
  return value;
}

/** The unescaped segments of a JSON Pointer. */
export function segmentsOf(pointer: string): string[] {
  const unescape = (text: string) => decodeURIComponent(text).replaceAll('~1', '/').replaceAll('~0', '~');
  return pointer.split('/').slice(1).map(unescape);
}

/** A copy of the object with each value mapped; the keys keep their order. */
export function mapValues(object: JsonObject, map: (value: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
