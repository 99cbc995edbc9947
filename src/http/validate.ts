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

/** Throws a ProblemError (422) that points at everything that does not fit the contract. */
export type Validate = (parts: RequestParts) => void;

/** The contract's bound on `errors`. */
const ERRORS_MAX = 100;

/** Ajv for OpenAPI 3.1, whose schemas are JSON Schema 2020-12; openapi-backend's own would ignore `unevaluatedProperties`. */
export const customizeAjv: AjvCustomizer = (_default, options, context): Ajv2020 => {
  // JSON.parse makes Infinity of 1e999, and JSON.stringify null of that: in a body it is no number. Not for parameters:
  // Ajv would take "Infinity", coerced, for a number that no bound holds for.
  const strictNumbers = context === ValidationContext.RequestBody;
  const ajv = new Ajv2020({ ...options, strict: false, strictNumbers, allErrors: true });
  addFormats.default(ajv);
  return ajv;
};

/** Compiles an operation's validators now, so that no request waits for it. */
export function createValidate(api: OpenAPIBackend, operationId: string): Validate {
  const validators = api.validator.getRequestValidatorsForOperation(operationId);
  return (parts) => {
    const errors = validators.flatMap((validator: ValidateFunction) =>
      validator(parts) ? [] : (validator.errors ?? []),
    );
    if (errors.length > 0) throw invalid(errors);
  };
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
    // A body of the largest size can hold half a million errors; nobody may keep the event loop busy with them.
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
