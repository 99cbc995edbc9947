import pLimit from 'p-limit';

/** A bound on what is under way at once. */
export interface Slots {
  /** Runs the work when there is a slot for it; `again` for what has had one before, which goes before what has not. */
  run<Result>(work: () => Promise<Result>, again: boolean): Promise<Result>;
}

/** Thousands may stand in line; who is tried again must not stand behind them all, or nothing is settled meanwhile. */
export function createSlots(size: number): Slots {
  const limit = pLimit(size);
  const first: (() => Promise<void>)[] = [];

  async function runFirst(): Promise<void> {
    for (let next = first.shift(); next !== undefined; next = first.shift()) await next();
  }

  return {
    run(work, again) {
      if (!again)
        return limit(async () => {
          if (first.length > 0) await runFirst();
          return work();
        });
      return new Promise((resolve, reject) => {
        first.push(() => work().then(resolve, reject));
        // Whoever has the next slot may see to it; if all that come are at the end of the line, this does.
        void limit(runFirst);
      });
    },
  };
}
