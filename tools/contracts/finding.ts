import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { LineCounter, isNode, parseDocument } from 'yaml';

/** A fault of a contract and where it is. */
export interface Finding {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

/** Keys and indexes that lead from the root of a document to a value. */
export type Path = readonly (string | number)[];

/** `file:line: message`, with the file relative to `root`. */
export function show({ file, line, message }: Finding, root: string): string {
  return `${relative(root, file)}:${line}: ${message}`;
}

/** Finds the line of a value in a YAML file; of a value that is not there, the line of the nearest one around it. */
export function lineFinder(file: string): (path: Path) => number {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
}
