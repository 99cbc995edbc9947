import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../../tools/kafka/distribution.ts';

const run = promisify(execFile);

/**
 * The path of a Python that has the packages of a requirements file. The environment is made once, in the project's cache;
 * its name carries a hash of the file and of Python's version, so that a change of either makes a new one.
 * @throws Error with pip's words when a package cannot be had.
 */
export async function ensurePython(requirements: string): Promise<string> {
  const { stdout: version } = await run('python3', ['--version']);
  const hash = createHash('sha256')
    .update(version)
    .update(await readFile(requirements));
  const target = join(cacheDir(), `worker-python-${hash.digest('hex').slice(0, 12)}`);
  const python = join(target, 'bin', 'python');
  if (existsSync(python)) return python;
  await mkdir(dirname(target), { recursive: true });
  // The name is only given to what is whole. Two processes may make it at once: the first rename wins.
  const folder = await mkdtemp(`${target}.make-`);
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    await rename(folder, target).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return python;
}
