import type { Logger } from '../telemetry/logger.ts';

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;

/** A log for a command line: what is asked for goes to stdout, so lines go to stderr. */
export function createStderrLog(level: (typeof LEVELS)[number]): Logger {
  const at =
    (of: (typeof LEVELS)[number]) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      if (LEVELS.indexOf(of) > LEVELS.indexOf(level)) return;
      process.stderr.write(`${of}: ${message} ${JSON.stringify(fields)}\n`);
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
