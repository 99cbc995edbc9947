/**
 * A process of its own that holds the brokers of one cluster. Its IPC channel closes when the process that forked it ends,
 * in whatever way, SIGKILL included: then it kills what it started, runs the clean-up commands and removes the folder. An
 * orderly stop is the same: the owner closes the channel.
 *
 * Arguments: the cluster's folder, and the clean-up commands as JSON.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Command } from './runtime-types.ts';

/** From the owner: run this in the foreground, with its output appended to `logFile`. */
export interface StartRequest extends Command {
  readonly key: string;
  readonly cwd: string;
  readonly logFile: string;
}

/** To the owner: `started`, later one `ended`; or only `ended` when it could not be started. */
export type SupervisorReport =
  | { readonly kind: 'started'; readonly key: string; readonly pid: number }
  | { readonly kind: 'ended'; readonly key: string; readonly how: string; readonly code: number | null };

const [folder = '', cleanup = '[]'] = process.argv.slice(2);
const live = new Set<ChildProcess>();
let closing = false;

const report = (message: SupervisorReport): void => {
  // The owner may end at this very moment; then there is nobody to tell.
  if (process.connected) process.send?.(message, () => undefined);
};

function start({ key, file, args, cwd, logFile }: StartRequest): void {
  if (closing) return;
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(file, args, { cwd, stdio: ['ignore', log, log] });
  closeSync(log);
  live.add(child);
  child.once('spawn', () => report({ kind: 'started', key, pid: child.pid ?? 0 }));
  child.once('error', (error) => {
    // Also emitted for a signal that could not be sent; only a child without a pid never ran.
    if (child.pid !== undefined) return;
    live.delete(child);
    report({ kind: 'ended', key, how: error.message, code: null });
  });
  child.once('exit', (code, signal) => {
    live.delete(child);
    report({ kind: 'ended', key, how: signal ?? `exit ${code}`, code });
  });
}

async function close(exitCode: number): Promise<void> {
  if (closing) return;
  closing = true;
  // The folder can go only when nobody writes to it any more.
  await Promise.all([...live].map((child) => killAndWait(child)));
  for (const { file, args } of JSON.parse(cleanup) as readonly Command[]) {
    await new Promise<void>((resolve) => execFile(file, args, () => resolve()));
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}

const killAndWait = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });

process.on('message', (message) => start(message as StartRequest));
process.on('disconnect', () => void close(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close(0));
process.on('uncaughtException', (error) => {
  console.error(error);
  void close(1);
});
