import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import type { Finding } from './finding.ts';

// Severities of the parser: 0 error, 1 warning, 2 information, 3 hint. The only piece of information there is says that
// a later version of AsyncAPI exists.
const FAULTS: readonly number[] = [0, 1];

/** Faults of an AsyncAPI document by the specification and the rules of its maintainers; external files are read. */
export async function checkAsyncapiDocument(file: string): Promise<readonly Finding[]> {
  const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'), { source: file });
  const findings = diagnostics
    .filter(({ severity }) => FAULTS.includes(severity))
    .map(({ source, range, path, code, message }) => ({
      file: source === undefined ? file : fromUri(source),
      line: range.start.line + 1,
      message: `${message} (${[code, path.join('.')].filter((part) => part !== '').join(' at ')})`,
    }));
  if (document === undefined && findings.length === 0) return [{ file, line: 1, message: 'no document' }];
  return findings;
}

function fromUri(source: string): string {
  return source.startsWith('file:') ? fileURLToPath(source) : source;
}
