import closeWithGrace from 'close-with-grace';
import type { Logger } from '../telemetry/logger.ts';
import { followNpm } from './follow-npm.ts';

/** Stops once at the first signal or at an error nobody caught, in order, and exits; at the latest after `timeoutMs`. */
export function stopInOrder(options: {
  readonly stop: () => Promise<void>;
  readonly timeoutMs: number;
  readonly log: Logger;
}): void {
  const { stop, timeoutMs, log } = options;
  followNpm();
  closeWithGrace({ delay: timeoutMs, logger: false }, async ({ signal, err }) => {
    if (err === undefined) log.info('stopping', { signal });
    else log.error('stopping after an error nobody caught', { error: err.stack });
    await stop();
    log.info('stopped');
  });
}
