import { ConfigError } from '../config/values.ts';

/** Why a process cannot start and what a person can do about it, without a stack where the cause is theirs to mend. */
export function startError(error: unknown, portVariable: 'PORT' | 'HEALTH_PORT'): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open') {
    return `DEAD_LETTER_FILE cannot be opened: ${error.message}`;
  }
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `The port is taken: ${error.message}. Choose another with ${portVariable} or METRICS_PORT.`;
  }
  if (error instanceof Error && 'syscall' in error) {
    return `The service cannot listen: ${error.message}. Check HOST, ${portVariable} and METRICS_PORT.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
