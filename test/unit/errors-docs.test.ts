// The problem table, the HTTP contract and docs/errors.md name the same problems and say the same of them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openapiDocument } from '../../src/generated/openapi-document.ts';
import { PROBLEMS } from '../../src/http/problems.ts';
import { check, errorsFile, nameOf, render } from '../../tools/docs/errors.ts';

const types = Object.keys(PROBLEMS);

test('docs/errors.md is what the table makes', () => {
  expect(check()).toEqual([]);
});

test('a document that differs, or is not there, is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-errors-'));
  const file = join(folder, 'errors.md');
  expect(check(file)).toHaveLength(1);
  writeFileSync(file, render());
  expect(check(file)).toEqual([]);
  writeFileSync(file, `${render()}\n`);
  expect(check(file)).toHaveLength(1);
  rmSync(folder, { recursive: true });
});

test('the contract lists the types of the table and no others', () => {
  const { ProblemType } = openapiDocument.components?.schemas as unknown as { ProblemType: { enum: string[] } };
  expect([...ProblemType.enum].sort()).toEqual([...types].sort());
});

test('the document has one section for each type and no others, with its status', () => {
  const sections = [...readFileSync(errorsFile, 'utf8').matchAll(/^## (.+)\n\n`(.+)`, status (\d+)$/gm)];
  expect(sections.map(([, title, type, status]) => ({ title, type, status: Number(status) }))).toEqual(
    Object.entries(PROBLEMS).map(([type, { title, status }]) => ({ title, type, status })),
  );
});

test.each(Object.entries(PROBLEMS))('%s: the title makes the anchor that links use', (type, { title }) => {
  expect(title.toLowerCase().replaceAll(' ', '-')).toBe(nameOf(type));
});
