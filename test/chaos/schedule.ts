import { setTimeout as sleep } from 'node:timers/promises';
import { FAULTS, type FaultKind } from './fault-kinds.ts';
import type { PlannedFault } from './plan.ts';

/** Faults done, by kind. */
export type FaultCounts = ReadonlyMap<FaultKind, number>;

/** What a schedule needs. */
export interface ScheduleOptions {
  readonly plan: Iterator<PlannedFault, never>;
  readonly replicas: number;
  /** No fault begins after that, ms from now, unless there is a kind that has not been done yet. */
  readonly durationMs: number;
  /** How many faults at the least. */
  readonly atLeast: number;
  /** Does a fault; settles when it is mended. */
  readonly strike: (fault: PlannedFault) => Promise<void>;
  readonly log: (line: string) => void;
}

/**
 * Does the faults in the order of the plan. Several may be under way at once, but only one on the same replica, one on the
 * brokers, one on Redis, and never on all replicas: then the next one waits. Settles when all are mended; rejects with the
 * first one that could not be done.
 */
export async function runSchedule(options: ScheduleOptions): Promise<FaultCounts> {
  const { plan, replicas, durationMs, atLeast, strike, log } = options;
  const begun = performance.now();
  const counts = new Map<FaultKind, number>();
  const underWay = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  let total = 0;

  /** Settles when nothing is in the way of the fault. */
  async function freeFor(target: string): Promise<void> {
    const struckReplicas = () => [...underWay].filter(([name]) => name.startsWith('replica'));
    for (;;) {
      const same = underWay.get(target);
      if (same !== undefined) await same;
      else if (target.startsWith('replica') && struckReplicas().length >= Math.max(1, replicas - 1))
        await Promise.race(struckReplicas().map(([, mended]) => mended));
      else return;
    }
  }

  const all: Promise<void>[] = [];
  while (failures.length === 0 && (performance.now() - begun < durationMs || total < atLeast)) {
    const fault = plan.next().value;
    await sleep(fault.afterMs);
    const target = targetOf(fault);
    await freeFor(target);
    total += 1;
    counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
    log(`${fault.kind} (${target}, ${fault.lastsMs} ms)`);
    const mended = strike(fault);
    all.push(mended);
    const over = mended.then(
      () => undefined,
      (error: unknown) => failures.push(error),
    );
    const free = over.then(() => {
      underWay.delete(target);
    });
    underWay.set(target, free);
  }
  await Promise.all(all);
  return counts;
}

function targetOf({ kind, replica }: PlannedFault): string {
  switch (FAULTS[kind].strikes) {
    case 'replica':
      return `replica ${replica + 1}`;
    case 'broker':
      return 'the brokers';
    case 'redis':
      return 'Redis';
  }
}
