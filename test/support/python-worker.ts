import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../examples/worker-python');

/** What the example needs; see `ensurePython`. */
export const PYTHON_REQUIREMENTS = resolve(folder, 'requirements.txt');

/** examples/worker-python in a process of its own. */
export interface PythonWorker {
  /** The lines it wrote to stdout and to stderr so far. */
  lines(): { readonly out: readonly string[]; readonly err: readonly string[] };
  /** Resolves when it has written that many lines; rejects when it ends before. */
  waitForLines(counts: { readonly out: number; readonly err: number }): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts it with these settings and nothing else of this process's. */
export function startPythonWorker(
  python: string,
  options: { readonly env: Readonly<Record<string, string>>; readonly args?: readonly string[] },
): PythonWorker {
  const child = spawn(python, [resolve(folder, 'worker.py'), ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { out: '', err: '' };
  const watchers = new Set<() => void>();
  const collect = (to: 'out' | 'err') => (chunk: string) => {
    text[to] += chunk;
    for (const look of watchers) look();
  };
  child.stdout.setEncoding('utf8').on('data', collect('out'));
  child.stderr.setEncoding('utf8').on('data', collect('err'));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const whole = (written: string) => written.split('\n').slice(0, -1);
  const lines = () => ({ out: whole(text.out), err: whole(text.err) });
  return {
    lines,
    waitForLines: ({ out, err }) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const written = lines();
          if (written.out.length >= out && written.err.length >= err) resolve();
        };
        watchers.add(look);
        look();
        void ended.then((how) => {
          reject(new Error(`it ended (${how}) after ${JSON.stringify(lines())}`));
        });
      }),
    signal: (signal) => child.kill(signal),
    ended,
  };
}
