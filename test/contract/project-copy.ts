import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The project's own root. */
export const projectRoot = resolve(import.meta.dirname, '../..');

const PARTS = ['package.json', 'openapi', 'asyncapi', 'schemas', 'src/generated', 'tools/contracts', 'tools/kafka'];

/** A copy of what the contract tools read and write, in which a test may break things. */
export interface ProjectCopy extends Disposable {
  readonly root: string;
  /** The absolute path of one of its files. */
  path(file: string): string;
  /** Replaces text in one of its files; throws if the text is not there. */
  edit(file: string, from: string, to: string): void;
}

/** Makes a copy in the system's directory for temporary files. */
export function copyProject(): ProjectCopy {
  const root = mkdtempSync(join(tmpdir(), 'orders-contract-'));
  for (const part of PARTS) cpSync(join(projectRoot, part), join(root, part), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'dir');
  const path = (file: string) => join(root, file);
  return {
    root,
    path,
    edit(file, from, to) {
      const text = readFileSync(path(file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      writeFileSync(path(file), text.replace(from, to));
    },
    [Symbol.dispose]() {
      rmSync(root, { recursive: true });
    },
  };
}
