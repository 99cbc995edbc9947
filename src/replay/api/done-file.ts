import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { ReplayError } from '../errors.ts';

/** One request that is done. */
export interface Done {
  readonly identity: string;
  readonly status: number;
  readonly eventId: unknown;
  readonly orderId: unknown;
}

/** Remembers beside a file of dead letters what of it is done. */
export interface DoneFile {
  readonly has: (identity: string) => boolean;
  /** Throws a ReplayError where it cannot be written: without it the next replay would do everything again. */
  readonly add: (done: Done) => void;
}

/** Reads what is done; writes nothing before the first `add`. A last line that was cut off is as if it were not there. */
export function openDoneFile(path: string): DoneFile {
  const known = new Set(linesOf(path).flatMap(identityOf));
  let file: number | undefined;

  function open(): number {
    // Behind a line that was cut off.
    const isCutOff = existsSync(path) && /[^\n]$/.test(readFileSync(path, 'utf8'));
    const opened = openSync(path, 'a', 0o600);
    if (isCutOff) writeSync(opened, '\n');
    return opened;
  }

  return {
    has: (identity) => known.has(identity),
    add(done) {
      known.add(done.identity);
      try {
        file ??= open();
        writeSync(file, `${JSON.stringify({ time: new Date().toISOString(), ...done })}\n`);
      } catch (error) {
        if (file !== undefined) closeSync(file);
        throw new ReplayError(`${path} cannot be written (${String(error)}): what is done must be remembered there.`, {
          cause: error,
        });
      }
    },
  };
}

/** For what comes from stdin: within this run only. */
export function rememberDone(): DoneFile {
  const known = new Set<string>();
  return { has: (identity) => known.has(identity), add: ({ identity }) => known.add(identity) };
}

function linesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n');
}

function identityOf(line: string): string[] {
  try {
    const value: unknown = JSON.parse(line);
    const hasOne = typeof value === 'object' && value !== null && 'identity' in value;
    return hasOne && typeof value.identity === 'string' ? [value.identity] : [];
  } catch {
    return [];
  }
}
