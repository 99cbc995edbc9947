/** Brokers on the Java of this machine. */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Runtime } from './runtime-types.ts';

const run = promisify(execFile);

/** Kafka 4 brokers need it (KIP-1013). */
const OLDEST_JAVA = 17;

/** A usable `java`, or why there is none. */
export type JavaSearch =
  { readonly found: true; readonly file: string } | { readonly found: false; readonly reason: string };

/** Looks at JAVA_HOME first, then at the path. */
export async function findJava(): Promise<JavaSearch> {
  const home = process.env['JAVA_HOME'];
  const file = home ? join(home, 'bin', 'java') : 'java';
  try {
    const { stderr } = await run(file, ['-version'], { timeout: 20_000 });
    const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
    if (major >= OLDEST_JAVA) return { found: true, file };
    return { found: false, reason: `${file} is older than Java ${OLDEST_JAVA}` };
  } catch {
    return { found: false, reason: `${file} cannot be run` };
  }
}

/** Whether a program of this name is on the path; it is not run. */
export async function isOnPath(name: string): Promise<boolean> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const usable = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return true;
  }
  return false;
}

/** @param file the `java` to run; @param jars the folder of Kafka's jars. */
export function javaRuntime(file: string, jars: string): Runtime {
  return {
    kind: 'java',
    jars,
    bindHost: '127.0.0.1',
    prepare: () => Promise.resolve(),
    command: (_name, argumentFile) => ({ file, args: [`@${argumentFile}`] }),
    signal: (_name, pid, signal) => {
      process.kill(pid, signal);
      return Promise.resolve();
    },
    cleanup: () => [],
  };
}
