import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 50;

/** Asks again and again until it holds. The test's own time limit ends it. */
export async function untilHolds(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(ASK_EVERY_MS);
}
