// Holds one answer against the OpenAPI document: whatever the service says, it says within its contract.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { openapiDocument } from '../../src/generated/openapi-document.ts';

/** One request and its answer. Header names are in lower case. */
export interface Exchange {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** A place in the document. */
interface Place {
  readonly pointer: string;
  readonly value: unknown;
}

const DOCUMENT = 'urn:orders:openapi';
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'patch', 'trace'];

const ajv = new Ajv2020({ allErrors: true, strict: false, strictNumbers: true });
const headerAjv = new Ajv2020({ allErrors: true, strict: false, coerceTypes: true });
for (const each of [ajv, headerAjv]) {
  addFormats.default(each);
  each.addSchema(openapiDocument, DOCUMENT);
}

/** Throws an error that names everything in which the answer departs from the contract. */
export function assertOnContract(exchange: Exchange): void {
  const faults = faultsOf(exchange);
  if (faults.length === 0) return;
  const { method, path, status, text } = exchange;
  throw new Error(
    `${method} ${path} answered ${status} off the contract:\n  ${faults.join('\n  ')}\n  body: ${text.slice(0, 500)}`,
  );
}

function faultsOf(exchange: Exchange): string[] {
  const path = exchange.path.split('?', 1)[0] ?? '';
  const item = pathItemOf(path);
  if (item === undefined) return outsideFaults(exchange, path);
  // HEAD is GET without the body (RFC 9110).
  const operation = child(item, exchange.method === 'HEAD' ? 'get' : exchange.method.toLowerCase());
  return operation === undefined ? methodFaults(exchange, item) : answerFaults(exchange, operation);
}

function answerFaults(exchange: Exchange, operation: Place): string[] {
  const response = child(child(operation, 'responses'), String(exchange.status));
  if (response === undefined) return [`the operation documents no ${exchange.status}`];
  const mediaType = mediaTypeOf(exchange);
  const media = child(child(response, 'content'), mediaType);
  const body =
    media === undefined
      ? [`${exchange.status} documents no content type ${mediaType}`]
      : bodyFaults(exchange, child(media, 'schema'));
  return [...body, ...headerFaults(exchange, response), ...agreementFaults(exchange)];
}

/** A method the path does not have. */
function methodFaults(exchange: Exchange, item: Place): string[] {
  const methods = METHODS.filter((method) => child(item, method) !== undefined).map((method) => method.toUpperCase());
  const expected = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
  const allow = exchange.headers['allow']?.split(', ').sort().join(', ');
  return [
    ...(exchange.status === 405 && allow !== expected ? [`Allow is ${allow ?? 'missing'}, not ${expected}`] : []),
    ...problemFaults(exchange, [400, 405]),
  ];
}

/** A path the contract does not have. Descriptions of problems are text for people. */
function outsideFaults(exchange: Exchange, path: string): string[] {
  if (!path.startsWith('/problems/') || exchange.status !== 200) return problemFaults(exchange, [400, 404, 405]);
  return [
    ...(mediaTypeOf(exchange) === 'text/plain' ? [] : [`${path} is not plain text`]),
    ...requestIdFaults(exchange),
  ];
}

function problemFaults(exchange: Exchange, statuses: readonly number[]): string[] {
  const mediaType = mediaTypeOf(exchange);
  return [
    ...(statuses.includes(exchange.status) ? [] : [`the status is none of ${statuses.join(', ')}`]),
    ...(mediaType === 'application/problem+json' ? [] : [`the content type ${mediaType} is not that of a problem`]),
    ...bodyFaults(exchange, placeAt('/components/schemas/Problem')),
    ...requestIdFaults(exchange),
    ...agreementFaults(exchange),
  ];
}

function bodyFaults({ method, text }: Exchange, schema: Place | undefined): string[] {
  if (method === 'HEAD') return text === '' ? [] : ['an answer to HEAD has a body'];
  if (schema === undefined) return ['the content has no schema'];
  const body = parse(text);
  if (body === undefined) return ['the body is not JSON'];
  return errorsOf(ajv, schema, body).map((error) => `body${error}`);
}

function headerFaults({ headers }: Exchange, response: Place): string[] {
  const documented = child(response, 'headers');
  const names = Object.keys(documented?.value ?? {});
  return names.flatMap((name) => {
    const header = child(documented, name);
    const value = headers[name.toLowerCase()];
    if (value === undefined) return child(header, 'required')?.value === true ? [`the header ${name} is missing`] : [];
    const schema = child(header, 'schema');
    return schema === undefined ? [] : errorsOf(headerAjv, schema, value).map((error) => `header ${name}${error}`);
  });
}

function requestIdFaults(exchange: Exchange): string[] {
  const header = { 'X-Request-Id': { $ref: '#/components/headers/XRequestId' } };
  return headerFaults(exchange, { pointer: '', value: { headers: header } });
}

/** What stands in two places must be the same in both. */
function agreementFaults({ status, headers, text }: Exchange): string[] {
  const body = parse(text);
  if (typeof body !== 'object' || body === null) return [];
  const pairs = [
    // A repeat that is known by its order gets the first answer, and that names the first request.
    ['requestId', headers['idempotent-replayed'] === undefined ? headers['x-request-id'] : undefined],
    ['retryAfter', headers['retry-after']],
    ['status', mediaTypeOf({ headers }) === 'application/problem+json' ? String(status) : undefined],
  ] as const;
  return pairs.flatMap(([name, outside]) => {
    const inside = Object.entries(body).find(([member]) => member === name)?.[1] as unknown;
    const text = typeof inside === 'string' ? inside : JSON.stringify(inside);
    if (inside === undefined || outside === undefined || text === outside) return [];
    return [`${name} is ${JSON.stringify(inside)} in the body and ${outside} outside of it`];
  });
}

function errorsOf(validator: Ajv2020, schema: Place, value: unknown): string[] {
  const $ref = `${DOCUMENT}#${encodeURI(schema.pointer)}`;
  const validate = validator.getSchema($ref) ?? validator.compile({ $ref });
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  );
}

function mediaTypeOf({ headers }: Pick<Exchange, 'headers'>): string {
  return headers['content-type']?.split(';', 1)[0] ?? '(none)';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pathItemOf(path: string): Place | undefined {
  const paths = placeAt('/paths');
  const template = Object.keys(paths?.value ?? {}).find((known) =>
    new RegExp(`^${known.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
  return template === undefined ? undefined : child(paths, template);
}

function child(place: Place | undefined, key: string): Place | undefined {
  if (place === undefined || typeof place.value !== 'object' || place.value === null) return undefined;
  const found = Object.entries(place.value).find(([name]) => name === key);
  if (found === undefined) return undefined;
  const value: unknown = found[1];
  const ref = typeof value === 'object' && value !== null && '$ref' in value ? value.$ref : undefined;
  if (typeof ref === 'string' && key !== 'schema') return placeAt(ref.slice(1));
  return { pointer: `${place.pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, value };
}

function placeAt(pointer: string): Place | undefined {
  const keys = pointer.split('/').slice(1);
  const root: Place = { pointer: '', value: openapiDocument };
  return keys.reduce<Place | undefined>(
    (place, key) => child(place, key.replaceAll('~1', '/').replaceAll('~0', '~')),
    root,
  );
}
