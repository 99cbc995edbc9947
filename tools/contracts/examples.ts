// An example that its own schema refuses is worse than none. The schemas are compiled strictly on the way, which finds
// keywords no validator knows, such as the second half of a description with an unquoted comma.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { bundle } from './bundle.ts';
import { messagesOf } from './events.ts';
import { lineFinder } from './finding.ts';
import type { Finding, Path } from './finding.ts';
import { isArray, isObject, objectAt, readDocument, segmentsOf } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { resolved, standalone } from './standalone.ts';

/** Faults of an OpenAPI document's schemas, and of the examples in them, in bodies, parameters and headers. */
export function checkOpenapiExamples(file: string): readonly Finding[] {
  const document = bundle(file);
  const check = checker(file, new Ajv2020(STRICT), (schema) => standalone(document, schema));
  check.schemas(ownSchemas(file, document), ['components', 'schemas']);
  walk(document, [], (node, path) => {
    if (!isObject(node['schema'])) return;
    if (node['example'] !== undefined) check.value(node['schema'], node['example'], [...path, 'example']);
    for (const [name, example] of Object.entries(objectAt(node, 'examples'))) {
      const { value } = isObject(example) ? resolved(document, example) : {};
      if (value !== undefined) check.value(node['schema'], value, [...path, 'examples', name, 'value']);
    }
  });
  return check.findings;
}

/** Faults of an AsyncAPI document's schemas, and of the examples in them and of messages. */
export function checkAsyncapiExamples(file: string): readonly Finding[] {
  const document = bundle(file);
  const check = checker(file, new Ajv(STRICT), (schema) => standalone(document, schema));
  check.schemas(ownSchemas(file, document), ['components', 'schemas']);
  for (const { id, headers, payload, examples } of messagesOf(document)) {
    for (const [index, example] of (isArray(examples) ? examples : []).entries()) {
      const path = ['components', 'messages', id, 'examples', index];
      if (!isObject(example)) continue;
      if (example['headers'] !== undefined) check.value(headers, example['headers'], [...path, 'headers']);
      if (example['payload'] !== undefined) check.value(payload, example['payload'], [...path, 'payload']);
    }
  }
  return check.findings;
}

/** Faults of a file of `definitions`, and of the examples in them. */
export function checkDefinitionExamples(file: string): readonly Finding[] {
  const definitions = objectAt(readDocument(file), 'definitions');
  const check = checker(file, new Ajv(STRICT), (schema) => ({ ...schema, definitions }));
  check.schemas(definitions, ['definitions']);
  return check.findings;
}

// Types may be stated in another branch of an `allOf`.
const STRICT = { allErrors: true, strictTypes: false } as const;

/** Without those that were copied in: they are checked in their own file. */
function ownSchemas(file: string, bundled: JsonObject): JsonObject {
  const schemasOf = (document: JsonObject) => objectAt(objectAt(document, 'components'), 'schemas');
  const own = schemasOf(readDocument(file));
  return Object.fromEntries(Object.entries(schemasOf(bundled)).filter(([name]) => name in own));
}

function checker(file: string, ajv: Ajv | Ajv2020, complete: (schema: JsonObject) => JsonObject) {
  addFormats.default(ajv);
  const line = lineFinder(file);
  const findings: Finding[] = [];
  const report = (path: Path, message: string) => findings.push({ file, line: line(path), message });

  const compile = (schema: JsonObject, path: Path): ValidateFunction | undefined => {
    try {
      return ajv.compile(complete(schema));
    } catch (error) {
      report(path, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const value = (schema: JsonObject, example: Json, path: Path) => {
    const validate = compile(schema, path);
    if (validate === undefined || validate(example)) return;
    for (const error of validate.errors ?? []) {
      const at = [...path, ...segmentsOf(error.instancePath).map((key) => (/^\d+$/.test(key) ? Number(key) : key))];
      report(at, `example: ${describe(error)}`);
    }
  };
  const schemas = (all: JsonObject, path: Path) => {
    for (const [name, schema] of Object.entries(all)) {
      // Without its own validator, a fault here would be repeated for every example inside.
      if (!isObject(schema) || compile(schema, [...path, name]) === undefined) continue;
      walk(schema, [...path, name], (node, at) => {
        const examples = node['examples'];
        if (isArray(examples)) examples.forEach((example, i) => value(node, example, [...at, 'examples', i]));
      });
    }
  };
  return { findings, value, schemas };
}

// Where ajv's message leaves out what it speaks of.
const TELLING = ['unevaluatedProperty', 'additionalProperty', 'propertyName', 'allowedValue', 'allowedValues'];

function describe({ instancePath, message = 'is not valid', params }: ErrorObject): string {
  const details = Object.entries(params).filter(([name]) => TELLING.includes(name));
  const said = details.map(([, detail]) => `: ${JSON.stringify(detail)}`).join('');
  return `${instancePath === '' ? 'it' : instancePath} ${message}${said}`;
}

function walk(node: Json, path: Path, visit: (node: JsonObject, path: Path) => void): void {
  if (isArray(node)) node.forEach((entry, index) => walk(entry, [...path, index], visit));
  if (!isObject(node)) return;
  visit(node, path);
  for (const [key, value] of Object.entries(node)) walk(value, [...path, key], visit);
}
