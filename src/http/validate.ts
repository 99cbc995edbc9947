import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { ValidationContext, type AjvCustomizer, type OpenAPIBackend } from 'openapi-backend';
import { ProblemError, type PointedError } from './problem-error.ts';

/** The parts of a request, as openapi-backend's validators take them. Parameters are coerced in place. */
export interface RequestParts {
  readonly path: Record<string, unknown>;
  readonly query: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  readonly requestBody?: unknown;
}

/** Throws a ProblemError (422) that points at what does not fit the contract: all of it, or, in a large body, the first. */
export type Validate = (parts: RequestParts, bodyBytes: number) => void;

/** Bodies up to this size are searched for all their faults, bytes: an order of 100 items has room in it. */
const THOROUGH_MAX_BYTES = 16_384;

/** The contract's bound on `errors`. */
const ERRORS_MAX = 100;

/**
 * Ajv for OpenAPI 3.1, whose schemas are JSON Schema 2020-12; openapi-backend's own would ignore `unevaluatedProperties`.
 * With `allErrors` it names every fault instead of the first one.
 */
export const createAjv =
  (allErrors: boolean): AjvCustomizer =>
  (_default, options, context): Ajv2020 => {
    // JSON.parse makes Infinity of 1e999, and JSON.stringify null of that: in a body it is no number. Not for parameters:
    // Ajv would take "Infinity", coerced, for a number that no bound holds for.
    const strictNumbers = context === ValidationContext.RequestBody;
    const ajv = new Ajv2020({ ...options, strict: false, strictNumbers, allErrors });
    addFormats.default(ajv);
    return ajv;
  };

/**
 * Compiles an operation's validators now, so that no request waits for it. `quick` stops at the first fault and decides;
 * `thorough` is asked for all of them, of bodies that are not large: to look on after a fault can take a second for a body
 * of the largest size.
 */
export function createValidate(
  backends: { quick: OpenAPIBackend; thorough: OpenAPIBackend },
  operationId: string,
): Validate {
  const quick = backends.quick.validator.getRequestValidatorsForOperation(operationId);
  const thorough = backends.thorough.validator.getRequestValidatorsForOperation(operationId);
  return (parts, bodyBytes) => {
    const first = errorsOf(quick, parts);
    if (first.length > 0) throw invalid(bodyBytes > THOROUGH_MAX_BYTES ? first : errorsOf(thorough, parts));
  };
}

function errorsOf(validators: readonly ValidateFunction[], parts: RequestParts): ErrorObject[] {
  return validators.flatMap((validator) => (validator(parts) ? [] : (validator.errors ?? [])));
}

function invalid(errors: readonly ErrorObject[]): ProblemError {
  const pointed = pointedErrors(errors);
  const places = pointed.length === 1 ? '1 place' : `${pointed.length} places`;
  const orMore = pointed.length === ERRORS_MAX ? ' or more' : '';
  return new ProblemError(
    '/problems/validation-failed',
    `The request does not fit the contract in ${places}${orMore}.`,
    {
      errors: pointed,
    },
  );
}

/** At most ERRORS_MAX. */
function pointedErrors(errors: readonly ErrorObject[]): PointedError[] {
  const seen = new Map<string, PointedError>();
  for (const error of errors) {
    seen.set(JSON.stringify([error.instancePath, error.keyword, error.params]), pointedError(error));
    if (seen.size === ERRORS_MAX) break;
  }
  return [...seen.values()];
}

function pointedError({ instancePath, keyword, params, message }: ErrorObject): PointedError {
  const name: unknown = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'];
  const property = typeof name === 'string' ? `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` : '';
  return {
    pointer: `${instancePath.replace(/^\/requestBody/, '')}${property}`,
    message: messageOf(keyword, params, message),
  };
}

function messageOf(keyword: string, params: Record<string, unknown>, message: string | undefined): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a known field';
    case 'enum':
      return `must be one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}`;
    default:
      return message ?? 'is not valid';
  }
}
