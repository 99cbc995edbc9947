import { relative } from 'node:path';
import { bundle } from './bundle.ts';
import { eventSchemas, eventTypes } from './events.ts';
import { httpTypes } from './http-types.ts';
import type { JsonObject } from './json.ts';

/** Where the contracts are; what is made from them names these paths relative to `root`. */
export interface Contracts {
  readonly root: string;
  readonly openapi: string;
  readonly asyncapi: string;
}

/** The whole of src/generated: file name and text, the same for the same contracts. */
export async function render({ root, openapi, asyncapi }: Contracts): Promise<ReadonlyMap<string, string>> {
  const http = bundle(openapi);
  const events = bundle(asyncapi);
  const mark = (source: string) =>
    `// Generated from ${relative(root, source).replaceAll('\\', '/')} by \`npm run generate\`; do not edit.\n`;
  return new Map([
    ['events.ts', mark(asyncapi) + (await eventTypes(events))],
    ['event-schemas.ts', mark(asyncapi) + eventSchemasModule(eventSchemas(events))],
    ['http.ts', mark(openapi) + (await httpTypes(http))],
    ['openapi-document.ts', mark(openapi) + openapiModule(http)],
  ]);
}

function openapiModule(document: JsonObject): string {
  // An assertion still compares the types; an annotation would refuse `unevaluatedProperties`, which `Document` lacks.
  return `import type { Document } from 'openapi-backend';

/** The OpenAPI document, self-contained. */
export const openapiDocument = ${literal(document)} as Document;
`;
}

function eventSchemasModule(schemas: JsonObject): string {
  return `import type { SchemaObject } from 'ajv';
import type { Events } from './events.ts';

/** JSON Schemas (draft-07) of every event by \`ce_type\`; each refers to nothing outside itself. */
export const eventSchemas: {
  readonly [Type in keyof Events]: { readonly headers: SchemaObject; readonly payload: SchemaObject };
} = ${literal(schemas)};
`;
}

// JSON is TypeScript too; these files are read by compilers, so no one lays them out.
function literal(value: JsonObject): string {
  return JSON.stringify(value, null, 2);
}
