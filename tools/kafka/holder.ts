/** The owner's side of the supervisor: starts programs that end when this process does. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from './runtime-types.ts';
import type { StartRequest, SupervisorReport } from './supervisor.ts';

/** A program that runs, or has run, under the supervisor. */
export interface HeldProcess {
  readonly pid: number;
  readonly running: boolean;
  /** Settles when it has ended. Never rejects. */
  readonly ended: Promise<Ending>;
}

/** How a program ended. */
export interface Ending {
  /** The signal, the exit code or the reason, for people. */
  readonly how: string;
  /** The exit code if there is one. */
  readonly code: number | null;
  /** It was ended by `close`. */
  readonly closed: boolean;
}

export interface Holder {
  /** Rejects when the program cannot be started. */
  start(command: Command, place: { readonly cwd: string; readonly logFile: string }): Promise<HeldProcess>;
  /** Kills all that was started, removes the folder, and settles when that is done. */
  close(): Promise<void>;
}

/** Takes over `folder`: it is removed at the end, however this process ends. */
export function openHolder(folder: string, cleanup: readonly Command[]): Holder {
  const supervisor = fork(
    fileURLToPath(new URL('./supervisor.ts', import.meta.url)),
    [folder, JSON.stringify(cleanup)],
    {
      // A process group of its own: Ctrl-C in a terminal or a kill of the owner's group must not reach it.
      detached: true,
      // Not this process's flags: a test runner's would be wrong there.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const gone = once(supervisor, 'exit');
  const listeners = new Map<string, (report: SupervisorReport) => void>();
  const held = new Map<string, number>();
  let started = 0;
  let closing = false;

  supervisor.on('message', (message) => {
    const report = message as SupervisorReport;
    listeners.get(report.key)?.(report);
  });
  supervisor.once('exit', (code) => {
    for (const [key, pid] of held) {
      // It leaves with 0 when it has ended all others. If something killed it, they are still there.
      if (code !== 0) killIfThere(pid);
      listeners.get(key)?.({ kind: 'ended', key, how: 'its supervisor ended', code: null });
    }
  });

  const start: Holder['start'] = (command, place) =>
    new Promise((resolve, reject) => {
      const key = String((started += 1));
      const end = Promise.withResolvers<Ending>();
      listeners.set(key, (report) => {
        if (report.kind === 'started') {
          held.set(key, report.pid);
          resolve({
            pid: report.pid,
            ended: end.promise,
            get running() {
              return held.has(key);
            },
          });
          return;
        }
        held.delete(key);
        listeners.delete(key);
        end.resolve({ how: report.how, code: report.code, closed: closing });
        reject(new Error(`${command.file} could not be run: ${report.how}`));
      });
      const request: StartRequest = { key, ...command, ...place };
      supervisor.send(request, (error) => {
        if (error) reject(new Error('The cluster is stopped.'));
      });
    });

  return {
    start,
    close: async () => {
      closing = true;
      if (supervisor.connected) supervisor.disconnect();
      await gone;
    },
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
