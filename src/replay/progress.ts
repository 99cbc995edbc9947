import type { WriteStream } from 'node:tty';
import { clearLine, cursorTo } from 'node:readline';
import { Presets, SingleBar } from 'cli-progress';

/** Shows how far it is, and what happens on the way. */
export interface Progress {
  start(total: number): void;
  /** So many more are done. */
  done(count: number): void;
  /** A line for a person. */
  readonly say: (line: string) => void;
  stop(): void;
}

/** Without a terminal a line is enough so often, ms. */
const SAY_EVERY_MS = 5_000;

/** A bar on a terminal, else a line now and then, so that logs stay readable. */
export function createProgress(stream: WriteStream | NodeJS.WritableStream): Progress {
  return 'isTTY' in stream && stream.isTTY ? barOn(stream) : linesOn(stream);
}

function barOn(stream: WriteStream): Progress {
  const format = '{bar} {percentage}% {value}/{total}';
  // Without its own handlers of signals: the replay ends in order itself.
  const bar = new SingleBar({ stream, format, gracefulExit: false, hideCursor: true }, Presets.shades_classic);
  return {
    start: (total) => bar.start(total, 0),
    done: (count) => bar.increment(count),
    say(line) {
      cursorTo(stream, 0);
      clearLine(stream, 0);
      stream.write(`${line}\n`);
    },
    stop: () => bar.stop(),
  };
}

function linesOn(stream: NodeJS.WritableStream): Progress {
  let total = 0;
  let value = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    start(all) {
      total = all;
      timer = setInterval(() => stream.write(`${value} of ${total}\n`), SAY_EVERY_MS).unref();
    },
    done: (count) => (value += count),
    say: (line) => stream.write(`${line}\n`),
    stop: () => clearInterval(timer),
  };
}
