import type { Logger } from '../../src/telemetry/logger.ts';

/** A log that nobody reads. */
export const silentLog: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};
