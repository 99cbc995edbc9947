// Three places name the environment variables: the schema that reads them, the sample to copy, the table for people.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { VARIABLES, type Variable } from '../../src/config/schema.ts';

const variables = Object.entries<Variable>(VARIABLES);
const textOf = (file: string) => readFileSync(resolve(import.meta.dirname, '../..', file), 'utf8');

/** What the variable is when nobody sets it, as text; undefined where it has no default. */
function defaultOf({ schema }: Variable): string | undefined {
  const value = schema.parse(undefined) as string | number | boolean | undefined;
  return value?.toString();
}

describe('.env.sample', () => {
  const lines = () => textOf('.env.sample').split('\n');

  test.each(variables)('%s has its default, or an example that is commented out', (name, variable) => {
    const fallback = defaultOf(variable);
    const expected = fallback === undefined ? `# ${name}=${variable.example ?? ''}` : `${name}=${fallback}`;
    expect(lines()).toContain(expected);
  });

  test.each(variables)('%s stands below its description', (name, { description }) => {
    const at = lines().findIndex((line) => line.startsWith(`${name}=`) || line.startsWith(`# ${name}=`));
    expect(lines()[at - 1]).toBe(`# ${description}`);
  });

  test('names no other variable', () => {
    const named = lines().flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
    expect(named.sort()).toEqual(Object.keys(VARIABLES).sort());
  });
});

test('the README has a row for every variable and for no other', () => {
  const named = [...textOf('README.md').matchAll(/^\| `([A-Z][A-Z0-9_]*)` *\|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(VARIABLES).sort());
});

test.each(variables.filter(([, variable]) => defaultOf(variable) === undefined))(
  '%s, which has no default, has an example',
  (_name, { example }) => {
    expect(example).toMatch(/./);
  },
);
