// docs/dependencies.md speaks of every package in package.json, at its version, and of no other.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Manifest;
const [, runTime = '', development = ''] = readFileSync(resolve(root, 'docs/dependencies.md'), 'utf8').split(
  /^## .*$/m,
);

test.each([
  ['at run time', runTime, manifest.dependencies],
  ['for development', development, manifest.devDependencies],
])('%s', (_when, section, packages) => {
  const named = [...section.matchAll(/\*\*([@\w/.-]+)\*\* (\d[\w.-]*) \(/g)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(Object.fromEntries(named)).toEqual(packages);
});
