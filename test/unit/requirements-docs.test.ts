// What the documents name is there: files, folders and commands.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = resolve(import.meta.dirname, '../..');
const documents = [
  'README.md',
  'docs/requirements.md',
  'docs/dependencies.md',
  'docs/exactly-once.md',
  ...readdirSync(resolve(root, 'docs/adr')).map((name) => `docs/adr/${name}`),
];
const { scripts } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};

describe.each(documents)('%s', (document) => {
  const text = readFileSync(resolve(root, document), 'utf8');

  test('every path in backticks exists', () => {
    expect(pathsIn(text).filter((path) => !existsSync(resolve(root, path)))).toEqual([]);
  });

  test('every relative link leads somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(resolve(root, dirname(document), link)))).toEqual([]);
  });

  test('every script it tells to run is one of package.json', () => {
    const named = [...text.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(start|test)\b)/g)].map(
      ([, run, short]) => run ?? short ?? '',
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

test('docs/requirements.md names files in most of its lines', () => {
  expect(pathsIn(readFileSync(resolve(root, 'docs/requirements.md'), 'utf8')).length).toBeGreaterThan(80);
});

/** Backticked words that are paths: with a slash that is not the first character, or a file's ending. */
function pathsIn(text: string): string[] {
  const words = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]*)*)`/g)].map(([, word = '']) => word);
  const made = new Set(['dist/', '.env']);
  return words.filter(
    (word) => (word.includes('/') || /\.(md|ts|js|json|ya?ml|sample)$/.test(word)) && !made.has(word),
  );
}
