// The shared schemas are read as draft-07 by AsyncAPI and as 2020-12 by OpenAPI. Neither complains of a keyword it does
// not know, it ignores it: one contract would then promise what the other does not check.
import { lineFinder } from './finding.ts';
import type { Finding, Path } from './finding.ts';
import { isArray, isObject, objectAt, readDocument } from './json.ts';
import type { Json, JsonObject } from './json.ts';

const PLAIN = new Set(
  (
    'title description default examples type enum const format multipleOf minimum maximum exclusiveMinimum ' +
    'exclusiveMaximum minLength maxLength pattern minItems maxItems uniqueItems minProperties maxProperties required'
  ).split(' '),
);
const SCHEMA = new Set(['items', 'additionalProperties', 'propertyNames', 'not', 'if', 'then', 'else']);
const SCHEMA_LIST = new Set(['allOf', 'anyOf', 'oneOf']);
const SCHEMA_MAP = new Set(['properties', 'patternProperties']);

/** Faults of a file of `definitions` whose schemas must mean the same in draft-07 and 2020-12. */
export function checkSharedKeywords(file: string): readonly Finding[] {
  const line = lineFinder(file);
  const faults = faultsOfMap(objectAt(readDocument(file), 'definitions'), ['definitions']);
  return faults.map(({ path, message }) => ({ file, line: line(path), message }));
}

interface Fault {
  readonly path: Path;
  readonly message: string;
}

function faultsOfMap(schemas: JsonObject, path: Path): Fault[] {
  return Object.entries(schemas).flatMap(([name, schema]) => faultsOf(schema, [...path, name]));
}

function faultsOf(schema: Json, path: Path): Fault[] {
  if (typeof schema === 'boolean') return [];
  if (!isObject(schema)) return [{ path, message: 'a schema is expected' }];
  if ('$ref' in schema) {
    const alone = Object.keys(schema).length === 1;
    return alone ? [] : [{ path, message: 'draft-07 ignores what stands beside a $ref; put the $ref into an allOf' }];
  }
  return Object.entries(schema).flatMap(([keyword, value]) => faultsOfKeyword(keyword, value, [...path, keyword]));
}

function faultsOfKeyword(keyword: string, value: Json, path: Path): Fault[] {
  if (PLAIN.has(keyword)) return [];
  if (keyword === 'items' && isArray(value)) return [{ path, message: 'a list of items is not a tuple in 2020-12' }];
  if (SCHEMA.has(keyword)) return faultsOf(value, path);
  if (SCHEMA_LIST.has(keyword) && isArray(value)) return value.flatMap((part, i) => faultsOf(part, [...path, i]));
  if (SCHEMA_MAP.has(keyword) && isObject(value)) return faultsOfMap(value, path);
  const allowed = ['$ref', ...PLAIN, ...SCHEMA, ...SCHEMA_LIST, ...SCHEMA_MAP].join(', ');
  return [{ path, message: `${keyword} may mean something else in draft-07 and in 2020-12; allowed are ${allowed}` }];
}
