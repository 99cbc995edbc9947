import openapiTS, { astToString } from 'openapi-typescript';
import { flattenSchemas } from './flatten.ts';
import type { JsonObject } from './json.ts';

/** TypeScript types (`paths`, `operations`, `components`) of a self-contained OpenAPI document. */
export async function httpTypes(document: JsonObject): Promise<string> {
  // As text: what is parsed from it is the tool's own to change.
  return astToString(await openapiTS(JSON.stringify(flattenSchemas(document)), { silent: true }));
}
