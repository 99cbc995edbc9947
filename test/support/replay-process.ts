import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** The replay in a process of its own. */
export interface ReplayProcess {
  /** What it wrote so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once it has written this to stderr; rejects when it ends before. */
  waitForStderr(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Ends it, however it stands; for the end of a test. */
  kill(): Promise<void>;
}

/** Starts `src/replay.ts` as `npm run replay` does, with these settings and nothing else of this process's. */
export function startReplay(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { stdin }: { stdin?: string } = {},
): ReplayProcess {
  const child = spawn(process.execPath, ['src/replay.ts', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined); // it may end before it has read all
  child.stdin.end(stdin ?? '');
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);

  async function waitForStderr(text: string): Promise<void> {
    const state = { isEnded: false };
    void ended.then(() => (state.isEnded = true));
    while (!stderr.includes(text)) {
      if (state.isEnded) throw new Error(`the replay has ended without writing ${text}; stderr: ${stderr}`);
      await sleep(20);
    }
  }

  return {
    stdout: () => stdout,
    stderr: () => stderr,
    waitForStderr,
    signal: (signal) => child.kill(signal),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs it to its end. */
export async function runReplay(...how: Parameters<typeof startReplay>) {
  const replay = startReplay(...how);
  const code = await replay.ended;
  return { code, stdout: replay.stdout(), stderr: replay.stderr(), lines: replay.stdout().split('\n').slice(0, -1) };
}
