// Both contracts refer to schemas/order.yaml. Tools and the running service want one document each, so what is referred
// to is copied into `components/schemas` under its own name and every `$ref` becomes internal.
import { dirname, relative, resolve } from 'node:path';
import { isArray, isObject, lookup, mapValues, objectAt, readDocument, segmentsOf } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** Where a self-contained contract keeps its schemas. */
export const SCHEMAS = '#/components/schemas/';

/** Reads an OpenAPI or AsyncAPI file and returns it self-contained; throws if two schemas want one name. */
export function bundle(file: string): JsonObject {
  const root = resolve(file);
  const document = readDocument(root);
  const own = objectAt(objectAt(document, 'components'), 'schemas');
  const origins = new Map(Object.keys(own).map((name) => [name, `${root}${SCHEMAS}${name}`]));
  const copied = new Map<string, Json>();

  const copy = (target: string, pointer: string): string => {
    const name = segmentsOf(pointer).at(-1) ?? '';
    const origin = `${target}#${pointer}`;
    const known = origins.get(name);
    if (known !== undefined && known !== origin) {
      throw new Error(`two schemas are called ${name}: ${relative('.', known)} and ${relative('.', origin)}`);
    }
    if (known === undefined) {
      // Known before it is copied, so that a schema may refer to itself.
      origins.set(name, origin);
      const schema = lookup(readDocument(target), pointer);
      if (schema === undefined) throw new Error(`${relative('.', root)}: nothing at ${relative('.', origin)}`);
      copied.set(name, internal(schema, target));
    }
    return `${SCHEMAS}${name}`;
  };

  const internal = (node: Json, from: string): Json => {
    if (isArray(node)) return node.map((entry) => internal(entry, from));
    if (!isObject(node)) return node;
    return mapValues(node, (value, key) => {
      if (key !== '$ref' || typeof value !== 'string') return internal(value, from);
      const [path = '', pointer = ''] = value.split('#');
      const target = path === '' ? from : resolve(dirname(from), path);
      return target === root ? `#${pointer}` : copy(target, pointer);
    });
  };

  const rewritten = mapValues(document, (value) => internal(value, root));
  const components = objectAt(rewritten, 'components');
  const schemas = { ...objectAt(components, 'schemas'), ...Object.fromEntries(copied) };
  return { ...rewritten, components: { ...components, schemas } };
}
