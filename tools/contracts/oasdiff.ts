/** oasdiff tells which changes of an OpenAPI document break its clients. Built once with Go into the project's cache. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cacheDir } from '../kafka/distribution.ts';
import type { JsonObject } from './json.ts';

// Another version may judge otherwise, so one on the path is not taken.
const VERSION = '1.36.0';
const LEVELS = resolve(import.meta.dirname, 'oasdiff-levels.txt');
// Of oasdiff's levels 1 is information, 2 a warning, 3 an error. It warns of what breaks only some clients: we keep all.
const BREAKING_FROM = 2;

/** A change that can break a client, in oasdiff's words. */
export interface Break {
  readonly path: string;
  readonly operation: string;
  readonly text: string;
  /** oasdiff's name for this kind of change. */
  readonly id: string;
}

// As oasdiff writes them; there are more fields.
type Change = Break & { readonly level: number };

/** Whether oasdiff is there or can be built. */
export function canRunOasdiff(): boolean {
  return existsSync(programPath()) || spawnSync('go', ['version']).status === 0;
}

/**
 * The path of the program, which is built first if need be (about 40 s).
 * @throws Error when it cannot be built.
 */
export function ensureOasdiff(): string {
  const program = programPath();
  if (existsSync(program)) return program;
  console.error(`building oasdiff ${VERSION} with Go, once, into ${program}`);
  mkdirSync(dirname(program), { recursive: true });
  // Two processes may build at once: each into a folder of its own, and the name is only given to what is whole.
  const folder = mkdtempSync(`${program}.build-`);
  try {
    const { status, error, stderr } = spawnSync('go', ['install', `github.com/oasdiff/oasdiff@v${VERSION}`], {
      encoding: 'utf8',
      env: { ...process.env, GOBIN: folder, GOFLAGS: '' },
    });
    if (status !== 0) throw new Error(`Go 1.21 or newer is needed to build oasdiff ${VERSION}: ${error ?? stderr}`);
    renameSync(join(folder, 'oasdiff'), program);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return program;
}

/**
 * What breaks clients of the first OpenAPI document when the second one takes its place.
 * @throws Error when oasdiff cannot be had, or cannot read a document.
 */
export function compareOpenapi(before: JsonObject, after: JsonObject): readonly Break[] {
  const program = ensureOasdiff();
  const folder = mkdtempSync(join(tmpdir(), 'orders-oasdiff-'));
  try {
    const [base, revision] = [join(folder, 'before.json'), join(folder, 'after.json')];
    writeFileSync(base, JSON.stringify(before));
    writeFileSync(revision, JSON.stringify(after));
    // What an `allOf` requires of its neighbours' properties is only seen when it is one schema.
    const options = ['--format', 'json', '--flatten-allof', '--severity-levels', LEVELS];
    const { status, error, stdout, stderr } = spawnSync(program, ['breaking', base, revision, ...options], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      cwd: folder, // it would read settings from where it is run
    });
    if (status !== 0) throw new Error(`oasdiff could not compare the contracts: ${error ?? stderr}`);
    const changes = JSON.parse(stdout) as readonly Change[];
    return changes.filter(({ level }) => level >= BREAKING_FROM);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function programPath(): string {
  return join(cacheDir(), `oasdiff-${VERSION}`);
}
