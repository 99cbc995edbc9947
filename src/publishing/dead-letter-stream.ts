import { createWriteStream, openSync } from 'node:fs';
import { once } from 'node:events';
import type { DeadLetter, DeadLetterSink } from './with-dead-letters.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Where dead letters go, one JSON line each: the only stream of the service that holds request bodies. */
export interface DeadLetterStream {
  readonly write: DeadLetterSink;
  /** Resolves once everything written has been handed to the operating system. */
  close(): Promise<void>;
}

/**
 * Appends to `file` (DEAD_LETTER_FILE), else writes to stdout, where `kind: dead_letter` tells the lines apart. Throws the
 * file system's error for a file that cannot be opened; a line that cannot be written later goes to stdout.
 */
export function openDeadLetterStream({ file, log }: { file: string | undefined; log: Logger }): DeadLetterStream {
  if (file === undefined)
    return { write: (letter) => process.stdout.write(lineOf(letter)), close: () => Promise.resolve() };

  const stream = createWriteStream(file, { fd: openSync(file, 'a', 0o600) });
  stream.on('error', (error: Error) => {
    log.error('dead letters cannot be written, they go to stdout: check DEAD_LETTER_FILE', {
      file,
      error: error.message,
    });
  });
  return {
    write(letter) {
      stream.write(lineOf(letter), (error) => {
        if (error) process.stdout.write(lineOf(letter));
      });
    },
    async close() {
      if (stream.destroyed) return;
      stream.end();
      await once(stream, 'close').catch(() => undefined); // the failure has been logged
    },
  };
}

function lineOf(letter: DeadLetter): string {
  return `${JSON.stringify(letter)}\n`;
}
