import { PublishError } from './publish-error.ts';

/** What a queue needs to know. */
export interface CoalescingQueueOptions<Item, Result> {
  /**
   * Sends a batch and resolves with one result per item, in order. Rejects with a PublishError that holds for every
   * item of the batch. Called again only after it has settled: at most one batch is under way.
   */
  readonly send: (batch: readonly Item[]) => Promise<readonly Result[]>;
  /** An item's size in the batch, bytes. */
  readonly sizeOf: (item: Item) => number;
  /** Bound of a batch, bytes; a larger item goes alone. */
  readonly maxBatchBytes: number;
  /** Bound of a batch, items. */
  readonly maxBatchItems: number;
  /** How long an item may wait for its result, ms. */
  readonly timeoutMs: number;
}

/** Items that go to one partition, in order, one batch after the other. */
export interface CoalescingQueue<Item, Result> {
  /** Resolves with the item's result, or rejects with a PublishError at the latest when its time is over. */
  add(item: Item): Promise<Result>;
  /** Resolves once nothing waits and no batch is under way. */
  idle(): Promise<void>;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: PublishError) => void;
  /** The caller has had an answer; what comes later is nobody's. */
  settled: boolean;
  /** Came back from a refused batch: it goes alone, so that one bad item does not fail its neighbours. */
  alone: boolean;
}

/**
 * A queue that coalesces: what arrives while a batch is under way goes into the next one; when idle, an item leaves in the
 * same turn of the event loop, so that there is no fixed delay.
 *
 * Deadlines: an item still waiting when its time is over is dropped and certainly not written; one that is under way is
 * told "unknown" while its batch goes on.
 */
export function createCoalescingQueue<Item, Result>(
  options: CoalescingQueueOptions<Item, Result>,
): CoalescingQueue<Item, Result> {
  const { send, sizeOf, maxBatchBytes, maxBatchItems, timeoutMs } = options;
  let waiting: Entry<Item, Result>[] = [];
  let underWay: Entry<Item, Result>[] = [];
  let scheduled = false;
  let deadlineTimer: NodeJS.Timeout | undefined;
  let idleWaiters: (() => void)[] = [];

  function add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + timeoutMs;
      waiting.push({ item, deadline, resolve, reject, settled: false, alone: false });
      deadlineTimer ??= setTimeout(onDeadline, timeoutMs);
      schedule();
    });
  }

  function schedule(): void {
    if (scheduled || underWay.length > 0 || waiting.length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (waiting.length > 0) void flush();
    });
  }

  async function flush(): Promise<void> {
    underWay = waiting.splice(0, batchLength());
    try {
      const results = await send(underWay.map(({ item }) => item));
      if (results.length !== underWay.length) throw new Error(`${results.length} results for ${underWay.length} items`);
      results.forEach((result, i) =>
        settle(underWay[i], (entry) => {
          entry.resolve(result);
        }),
      );
    } catch (error) {
      onFailure(asPublishError(error));
    }
    underWay = [];
    if (waiting.length > 0) schedule();
    else becomeIdle();
  }

  function batchLength(): number {
    let bytes = 0;
    let length = 0;
    for (const { item, alone } of waiting) {
      bytes += sizeOf(item);
      if (length > 0 && (alone || bytes > maxBatchBytes || length >= maxBatchItems)) break;
      length += 1;
      if (alone) break;
    }
    return length;
  }

  function onFailure(error: PublishError): void {
    const ofOneItem = error.outcome === 'rejected' && !error.retriable && underWay.length > 1;
    if (ofOneItem) {
      // The whole batch is certainly not written and would be refused again: find the item that is at fault.
      const again = underWay.filter((entry) => !entry.settled);
      for (const entry of again) entry.alone = true;
      waiting = [...again, ...waiting];
      return;
    }
    for (const entry of underWay)
      settle(entry, ({ reject }) => {
        reject(error);
      });
  }

  function onDeadline(): void {
    deadlineTimer = undefined;
    const now = performance.now();
    const isLate = (entry: Entry<Item, Result>) => entry.deadline <= now;
    for (const entry of underWay.filter(isLate))
      settle(entry, ({ reject }) => {
        reject(stillUnderWay(timeoutMs));
      });
    for (const entry of waiting.filter(isLate))
      settle(entry, ({ reject }) => {
        reject(neverSent(timeoutMs));
      });
    waiting = waiting.filter((entry) => !entry.settled);
    armDeadline(now);
    if (underWay.length === 0 && waiting.length === 0) becomeIdle();
  }

  function armDeadline(now: number): void {
    const open = [...underWay, ...waiting].filter((entry) => !entry.settled);
    if (open.length === 0) return;
    const next = Math.min(...open.map(({ deadline }) => deadline));
    deadlineTimer = setTimeout(onDeadline, Math.max(1, Math.ceil(next - now)));
  }

  function becomeIdle(): void {
    clearTimeout(deadlineTimer);
    deadlineTimer = undefined;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  function idle(): Promise<void> {
    if (underWay.length === 0 && waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => idleWaiters.push(resolve));
  }

  return { add, idle };
}

function settle<Item, Result>(
  entry: Entry<Item, Result> | undefined,
  answer: (entry: Entry<Item, Result>) => void,
): void {
  if (entry === undefined || entry.settled) return;
  entry.settled = true;
  answer(entry);
}

/** `send` promises PublishErrors; anything else is a fault of ours, and then nothing is certain. */
function asPublishError(error: unknown): PublishError {
  if (error instanceof PublishError) return error;
  return new PublishError({
    outcome: 'unknown',
    reason: 'backend_error',
    retriable: false,
    message: 'Publishing failed in an unexpected way; the log has the cause.',
    cause: error,
  });
}

function neverSent(timeoutMs: number): PublishError {
  return new PublishError({
    outcome: 'rejected',
    reason: 'timeout',
    retriable: true,
    message: `The message was not sent within ${timeoutMs} ms (PUBLISH_TIMEOUT_MS); the backend is too slow or away.`,
  });
}

function stillUnderWay(timeoutMs: number): PublishError {
  return new PublishError({
    outcome: 'unknown',
    reason: 'timeout',
    retriable: true,
    message: `The backend did not acknowledge the message within ${timeoutMs} ms (PUBLISH_TIMEOUT_MS).`,
  });
}
