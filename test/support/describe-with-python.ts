import { spawnSync } from 'node:child_process';
import { describe, test } from '@jest/globals';

const found = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;
const reason = 'There is no python3 with venv on the path.';
if (!found && process.env['CI'] === 'true') throw new Error(`With CI=true nothing may be skipped, but: ${reason}`);

/** A suite that runs Python: skipped aloud where there is none (with CI=true an error). `declare` makes the suite. */
export function describeWithPython(name: string, declare: () => void): void {
  if (found) {
    declare();
    return;
  }
  console.warn(`\nSKIPPED: ${name}. ${reason}\n`);
  describe.skip(name, () => test('needs Python', () => undefined));
}
