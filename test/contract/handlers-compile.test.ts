// A changed contract must break the compile where the code disagrees. The compiler reads the fixture's handlers, with
// the types made of a contract that differs from theirs in one place.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import ts from 'typescript';
import { parseDocument } from 'yaml';
import { httpTypes } from '../../tools/contracts/http-types.ts';
import { isObject } from '../../tools/contracts/json.ts';
import type { JsonObject } from '../../tools/contracts/json.ts';
import { projectRoot } from './project-copy.ts';

// The tools and the compiler take seconds where many tests share few cores.
jest.setTimeout(60_000);

const FIXTURE = resolve(projectRoot, 'test/fixtures/contract');
const HANDLERS = resolve(FIXTURE, 'handlers.ts');
const GENERATED = resolve(FIXTURE, 'http.ts');

const options = compilerOptions();
// The standard library does not change with the contract; parsing it once saves seconds.
const unchanged = new Map<string, ts.SourceFile | undefined>();

test('handlers that agree with the contract compile', async () => {
  expect(await diagnosticsWith(contractWith('openapi', '3.1.0'))).toEqual([]);
});

test.each<[change: string, path: string, value: unknown, expected: string[]]>([
  [
    'a new operation has no handler',
    'paths./notes.delete',
    { operationId: 'clearNotes', responses: { '200': { description: 'x' } } },
    [`TS2741: Property 'clearNotes' is missing in type`],
  ],
  [
    'an operation is gone',
    'paths./notes/{noteId}',
    undefined,
    [`TS2353: Object literal may only specify known properties, and 'getNote' does not exist`],
  ],
  [
    'another status is answered',
    'paths./notes/{noteId}.get.responses',
    {
      '203': { description: 'x', content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
    },
    [`TS2322: Type '200' is not assignable to type '203'`],
  ],
  [
    'a body has another type',
    'components.schemas.NewNote.properties.text',
    { type: 'integer' },
    [`TS2322: Type 'string' is not assignable to type 'number'`],
  ],
  [
    'a body needs another property',
    'components.schemas.NewNote.required',
    ['text', 'tag'],
    [`TS2741: Property 'tag' is missing in type '{ noteId: string; text: string; }'`],
  ],
  [
    'a body has lost a property',
    'components.schemas.Note.allOf.1',
    { type: 'object' },
    [`TS2353: Object literal may only specify known properties, and 'noteId' does not exist`],
  ],
  [
    'a request field that a handler reads is gone',
    'paths./notes.post.requestBody.content.application/json.schema',
    { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    [`TS2339: Property 'tag' does not exist`],
  ],
  [
    'a path parameter has another name',
    'paths./notes/{noteId}.get.parameters.0.name',
    'id',
    [`TS2339: Property 'noteId' does not exist`],
  ],
  [
    'a response header is not set',
    'paths./notes/{noteId}.get.responses.200.headers',
    { ETag: { required: true, schema: { type: 'string' } } },
    [`TS2322`, `Property 'headers' is missing`],
  ],
])('the compile fails when %s', async (_change, path, value, expected) => {
  const diagnostics = (await diagnosticsWith(contractWith(path, value))).join('\n');
  for (const part of expected) expect(diagnostics).toContain(part);
});

/** What the compiler says of the handlers, as `TScode: message`. */
async function diagnosticsWith(document: JsonObject): Promise<string[]> {
  const generated = await httpTypes(document);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => name === GENERATED || disk.fileExists(name),
    readFile: (name) => (name === GENERATED ? generated : disk.readFile(name)),
    getSourceFile(name, target) {
      if (name === GENERATED) return ts.createSourceFile(name, generated, target);
      if (!unchanged.has(name)) unchanged.set(name, disk.getSourceFile(name, target));
      return unchanged.get(name);
    },
  };
  const program = ts.createProgram([HANDLERS], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

/** The fixture's contract, with the value at the path replaced, or removed if it is undefined. */
function contractWith(path: string, value: unknown): JsonObject {
  const document = parseDocument(readFileSync(resolve(FIXTURE, 'openapi.yaml'), 'utf8'));
  const keys = path.split('.');
  if (value === undefined) document.deleteIn(keys);
  else document.setIn(keys, value);
  const changed: unknown = document.toJS();
  if (!isObject(changed)) throw new Error('the contract must stay an object');
  return changed;
}

function compilerOptions(): ts.CompilerOptions {
  // Ambient types cannot change the outcome here and would be parsed for nothing.
  const parsed = ts.getParsedCommandLineOfConfigFile(
    resolve(projectRoot, 'tsconfig.json'),
    { types: [] },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => expect(messageText).toBe('') },
  );
  return parsed?.options ?? {};
}
