import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One file that is not as the contracts have it. */
export interface Drift {
  readonly name: string;
  readonly what: 'missing' | 'changed' | 'extra';
}

/** Compares a directory byte for byte with what it should hold; a file it should not hold is drift as well. */
export function driftOf(directory: string, expected: ReadonlyMap<string, string>): readonly Drift[] {
  const present = listFiles(directory);
  const wanted = [...expected].flatMap(([name, text]): Drift[] => {
    if (!present.includes(name)) return [{ name, what: 'missing' }];
    return readFileSync(join(directory, name)).equals(Buffer.from(text)) ? [] : [{ name, what: 'changed' }];
  });
  const extra = present.filter((name) => !expected.has(name)).map((name): Drift => ({ name, what: 'extra' }));
  return [...wanted, ...extra];
}

/** Makes a directory hold these files and no others; returns the names of those it had to touch. */
export function writeFiles(directory: string, expected: ReadonlyMap<string, string>): readonly string[] {
  const drift = driftOf(directory, expected);
  mkdirSync(directory, { recursive: true });
  for (const { name } of drift) {
    const text = expected.get(name);
    if (text === undefined) rmSync(join(directory, name));
    else writeFileSync(join(directory, name), text);
  }
  return drift.map(({ name }) => name);
}

function listFiles(directory: string): string[] {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    const prefix = join(directory, '.').length + 1;
    return files.map((entry) => join(entry.parentPath, entry.name).slice(prefix).replaceAll('\\', '/')).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
