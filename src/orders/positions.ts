/** How far each partition has been read. */
export interface Positions {
  begin(partition: number, offset: bigint): void;
  /** `timestamp`: of the first event of the stretch, ms since the epoch, if it has one. */
  advance(partition: number, next: bigint, timestamp: number | undefined): void;
  /** From now on what was read of the partition has a hole. */
  readonly miss: (partition: number) => void;
  hasHole(partition: number): boolean;
  /** Where reading began. */
  begunAt(partition: number): bigint | undefined;
  /** The timestamp of the first event read, ms since the epoch; undefined before there was one. */
  firstTimestamp(partition: number): number | undefined;
  /** The offset that will be read next. */
  of(partition: number): bigint | undefined;
  /** Resolves once everything before the offset has been read; rejects after `timeoutMs`. */
  reached(partition: number, offset: bigint, timeoutMs: number): Promise<void>;
}

interface State {
  readonly begunAt: bigint;
  next: bigint;
  firstTimestamp: number | undefined;
  hole: boolean;
}

interface Waiter {
  readonly offset: bigint;
  readonly resolve: () => void;
}

/** Bounded by the number of partitions, and by the requests that wait. */
export function createPositions(): Positions {
  const states = new Map<number, State>();
  const waiters = new Map<number, Set<Waiter>>();

  function wake(partition: number, next: bigint): void {
    const waiting = waiters.get(partition);
    for (const waiter of waiting ?? []) {
      if (waiter.offset > next) continue;
      waiting?.delete(waiter);
      waiter.resolve();
    }
  }

  return {
    begin(partition, offset) {
      states.set(partition, { begunAt: offset, next: offset, firstTimestamp: undefined, hole: false });
      wake(partition, offset);
    },
    advance(partition, next, timestamp) {
      const state = states.get(partition);
      if (state === undefined) return;
      state.next = next;
      state.firstTimestamp ??= timestamp;
      wake(partition, next);
    },
    miss(partition) {
      const state = states.get(partition);
      if (state !== undefined) state.hole = true;
    },
    hasHole: (partition) => states.get(partition)?.hole === true,
    begunAt: (partition) => states.get(partition)?.begunAt,
    firstTimestamp: (partition) => states.get(partition)?.firstTimestamp,
    of: (partition) => states.get(partition)?.next,
    reached(partition, offset, timeoutMs) {
      if ((states.get(partition)?.next ?? -1n) >= offset) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const waiting = waiters.get(partition) ?? new Set();
        const giveUp = setTimeout(() => {
          waiting.delete(waiter);
          reject(new Error(`The topic was not read to its end within ${timeoutMs} ms (PUBLISH_TIMEOUT_MS).`));
        }, timeoutMs);
        const waiter: Waiter = {
          offset,
          resolve: () => {
            clearTimeout(giveUp);
            resolve();
          },
        };
        waiters.set(partition, waiting.add(waiter));
      });
    },
  };
}
