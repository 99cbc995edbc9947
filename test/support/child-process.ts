import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line of the log, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A process of the project, as a test has it in hand. */
export interface ChildProcess {
  /** Every stdout line so far, each of which must be JSON. */
  readonly lines: readonly LogLine[];
  /** What it wrote to stderr so far. */
  stderr(): string;
  /** Resolves with what fits in stderr, be it written already or not. */
  waitForStderr(pattern: RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves with the first line that fits, be it written already or not. */
  waitForLine(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Ends it, however it stands; for the end of a test. */
  kill(): Promise<void>;
}

/** Starts a TypeScript file in a process of its own, with nothing of this process's settings but the path. */
export function startProcess(script: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: LogLine[] = [];
  const watchers = new Set<() => void>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const look of watchers) look();
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(JSON.parse(line) as LogLine); // stdout is JSON lines: anything else must fail the test
    for (const look of watchers) look();
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);

  function waitFor<Found>(find: () => Found | undefined): Promise<Found> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
      void ended.then((how) => {
        reject(new Error(`the process ended (${how}) without writing that; stderr: ${stderr}`));
      });
    });
  }

  return {
    lines,
    stderr: () => stderr,
    waitForStderr: (pattern) => waitFor(() => pattern.exec(stderr)?.[0]),
    signal: (signal) => child.kill(signal),
    ended,
    waitForLine: (fits) => waitFor(() => lines.find(fits)),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
