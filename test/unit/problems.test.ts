import { expect, test } from '@jest/globals';
import { PROBLEMS, type ProblemType } from '../../src/http/problems.ts';
import { openapiDocument } from '../../src/generated/openapi-document.ts';

const STATUS_OF: Readonly<Record<ProblemType, number>> = {
  '/problems/malformed-request': 400,
  '/problems/malformed-json': 400,
  '/problems/invalid-request-id': 400,
  '/problems/unauthorized': 401,
  '/problems/forbidden': 403,
  '/problems/not-found': 404,
  '/problems/order-not-found': 404,
  '/problems/method-not-allowed': 405,
  '/problems/order-exists': 409,
  '/problems/content-too-large': 413,
  '/problems/unsupported-media-type': 415,
  '/problems/validation-failed': 422,
  '/problems/request-id-reused': 422,
  '/problems/internal-error': 500,
  '/problems/overloaded': 503,
  '/problems/not-published': 503,
  '/problems/outcome-unknown': 503,
  '/problems/view-behind': 503,
};

/** The types the contract lists. */
function contractTypes(): unknown[] {
  const schema = openapiDocument.components?.schemas?.['ProblemType'];
  if (schema === undefined || '$ref' in schema || schema.enum === undefined) throw new Error('no list of types');
  return schema.enum;
}

test('the contract lists the problems of the table, and the table those of the contract', () => {
  expect(Object.keys(PROBLEMS).sort()).toEqual(contractTypes().sort());
});

test.each(Object.entries(STATUS_OF))('%s is a %i', (type, status) => {
  expect(PROBLEMS[type as ProblemType].status).toBe(status); // a key of STATUS_OF
});

test('no two problems share a title', () => {
  const titles = Object.values(PROBLEMS).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

test.each(Object.entries(PROBLEMS))('%s says what it means and what to do', (_type, { meaning, action }) => {
  expect(meaning).toMatch(/\.$/);
  expect(action).toMatch(/\.$/);
});
