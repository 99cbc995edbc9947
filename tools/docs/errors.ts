// Makes docs/errors.md from the problem table; with --check only says whether it is what the table makes.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PROBLEMS } from '../../src/http/problems.ts';

const root = resolve(import.meta.dirname, '../..');
const NAME = 'docs/errors.md';

/** Where the document is. */
export const errorsFile = resolve(root, NAME);

const INTRODUCTION = `<!-- Generated from src/http/problems.ts by \`node tools/docs/errors.ts\`; do not edit. -->

# Errors

Every error is an \`application/problem+json\` document (RFC 9457):

\`\`\`json
{
  "type": "/problems/not-published",
  "title": "Not published",
  "status": 503,
  "detail": "Kafka cannot be reached: check that it runs, KAFKA_BROKERS, and KAFKA_TLS if the port wants it.",
  "requestId": "demo-1",
  "retryAfter": 1
}
\`\`\`

- \`type\` says which problem it is; tell problems apart by it. A GET of it answers what stands here. The other words may change.
- \`detail\` says what happened this time.
- \`requestId\` is also in the \`X-Request-Id\` header and in the service's log lines about the request.
- 422 carries \`errors\`: a JSON Pointer and a message for each place that does not fit.
- 503 carries \`retryAfter\` in seconds and the same as a \`Retry-After\` header; 405 carries an \`Allow\` header.
`;

/** The whole text of docs/errors.md: an overview, then one section for each type, under its name as the anchor. */
export function render(): string {
  const problems = Object.entries(PROBLEMS).map(([type, problem]) => ({ type, name: nameOf(type), ...problem }));
  const rows = problems.map(({ type, name, status }) => `| ${status} | [\`${type}\`](#${name}) |`);
  const sections = problems.map(
    ({ type, title, status, meaning, action }) =>
      `## ${title}\n\n\`${type}\`, status ${status}\n\n${meaning}\n\n**What to do:** ${action}\n`,
  );
  const overview = ['| status | type |', '| --- | --- |', ...rows].join('\n');
  return `${INTRODUCTION}\n${overview}\n\n${sections.join('\n')}`;
}

/** What is wrong with docs/errors.md, one line each; nothing if it is what the table makes. */
export function check(file = errorsFile): readonly string[] {
  return textOf(file) === render() ? [] : [`${NAME}: not what src/http/problems.ts makes`];
}

/** The last part of a problem's type; GitHub makes the same anchor of its title. */
export function nameOf(type: string): string {
  return type.slice(type.lastIndexOf('/') + 1);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function main([mode, ...others]: readonly string[]): void {
  if ((mode !== undefined && mode !== '--check') || others.length > 0) {
    console.error('usage: errors.ts [--check]');
    process.exitCode = 2;
  } else if (mode === undefined) {
    writeFileSync(errorsFile, render());
    console.log(`wrote ${NAME}`);
  } else {
    for (const finding of check()) {
      console.error(finding);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main(process.argv.slice(2));
