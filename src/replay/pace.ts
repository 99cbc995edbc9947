import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until so many more may be sent; at once where the replay is asked to stop. */
export type Pace = (count: number) => Promise<void>;

/** So many a second on average, without catching up on time that was lost. */
export function createPace(ratePerSecond: number, stop: AbortSignal): Pace {
  let free = performance.now();
  return async (count) => {
    const now = performance.now();
    const wait = free - now;
    free = Math.max(now, free) + (count / ratePerSecond) * 1_000;
    if (wait > 0) await pause(wait, stop);
  };
}

/** Waits, ms; not longer than until the replay is asked to stop. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
