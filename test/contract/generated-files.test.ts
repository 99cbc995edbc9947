// Generated code is committed. It is only worth reading if it is what the contracts make, to the byte.
import { spawnSync } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { driftOf } from '../../tools/contracts/drift.ts';
import { contracts, generatedDirectory } from '../../tools/contracts/paths.ts';
import { render } from '../../tools/contracts/render.ts';
import { copyProject } from './project-copy.ts';
import type { ProjectCopy } from './project-copy.ts';

// The tools and the compiler take seconds where many tests share few cores.
jest.setTimeout(60_000);

test('src/generated is what the contracts make', async () => {
  expect(driftOf(generatedDirectory, await render(contracts))).toEqual([]);
});

test('generating twice makes the same bytes', async () => {
  expect([...(await render(contracts))]).toEqual([...(await render(contracts))]);
});

test('a changed, a missing and an extra file are drift, and generating again mends all three', () => {
  using copy = copyProject();
  expect(generate(copy, '--check')).toEqual({ status: 0, errors: [] });

  appendFileSync(copy.path('src/generated/http.ts'), '\n');
  rmSync(copy.path('src/generated/events.ts'));
  writeFileSync(copy.path('src/generated/stray.ts'), '');
  expect(generate(copy, '--check')).toEqual({
    status: 1,
    errors: [
      'src/generated/events.ts: missing',
      'src/generated/http.ts: changed',
      'src/generated/stray.ts: extra',
      'The generated files are not what the contracts make: run npm run generate',
    ],
  });

  expect(generate(copy).status).toBe(0);
  expect(generate(copy, '--check')).toEqual({ status: 0, errors: [] });
});

test.each([
  ['openapi/openapi.yaml', 'maximum: 200', 'maximum: 100', ['openapi-document.ts']],
  ['asyncapi/asyncapi.yaml', 'maxLength: 128', 'maxLength: 64', ['event-schemas.ts']],
  ['schemas/order.yaml', 'maxLength: 1000', 'maxLength: 500', ['event-schemas.ts', 'openapi-document.ts']],
])('a change of %s is drift', async (file, from, to, drifted) => {
  using copy = copyProject();
  copy.edit(file, from, to);
  const files = await render({
    root: copy.root,
    openapi: copy.path('openapi/openapi.yaml'),
    asyncapi: copy.path('asyncapi/asyncapi.yaml'),
  });
  const drift = driftOf(copy.path('src/generated'), files);
  expect(drift).toEqual(drifted.map((name) => ({ name, what: 'changed' })));
});

function generate(copy: ProjectCopy, ...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [copy.path('tools/contracts/generate.ts'), ...args], {
    encoding: 'utf8',
  });
  return { status, errors: stderr.split('\n').filter((line) => line !== '') };
}
