import { isOfOneMessage, PublishError } from './publish-error.ts';

/** What a queue needs to know. */
export interface CoalescingQueueOptions<Item, Result> {
  /**
   * Sends a batch: takes it with `take` at the moment it can leave, so that what waits for a connection can still be
   * dropped or joined, and resolves with one result per item, in order. Rejects with a PublishError that holds for every
   * item taken, or, where nothing was taken, for every item waiting. Called again only after it has settled: at most one
   * batch is under way.
   */
  readonly send: (take: () => readonly Item[]) => Promise<readonly Result[]>;
  /** An item's size in the batch, bytes. */
  readonly sizeOf: (item: Item) => number;
  /** Bound of a batch, bytes; a larger item goes alone. */
  readonly maxBatchBytes: number;
  /** Bound of a batch, items. */
  readonly maxBatchItems: number;
  /** How long an item may wait for its result, ms; only for the error's words, as each item brings its own deadline. */
  readonly timeoutMs: number;
  /** The error for an item whose time is over while its batch is under way; `later` settles with the batch. */
  readonly stillUnderWay: (later: Promise<Result>) => PublishError;
}

/** Items that go to one partition, in order, one batch after the other. */
export interface CoalescingQueue<Item, Result> {
  /** Resolves with the item's result, or rejects with a PublishError, at the latest at `deadline` (of performance.now). */
  add(item: Item, deadline: number): Promise<Result>;
  /** Resolves once nothing waits and no batch is under way. */
  idle(): Promise<void>;
}

interface Entry<Item, Result> {
  readonly item: Item;
  readonly deadline: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: PublishError) => void;
  /** The caller has had an answer. */
  settled: boolean;
  /** How the item ended after its caller had been told that it is under way. */
  later?: PromiseWithResolvers<Result>;
}

/**
 * A queue that coalesces: what arrives while a batch is under way goes into the next one; when idle, an item leaves in the
 * same turn of the event loop, so that there is no fixed delay.
 *
 * Deadlines: an item still waiting when its time is over is dropped and certainly not written; one that is under way is
 * told "unknown" while its batch goes on, and can be told later how that ended.
 */
export function createCoalescingQueue<Item, Result>(
  options: CoalescingQueueOptions<Item, Result>,
): CoalescingQueue<Item, Result> {
  const { send, sizeOf, maxBatchBytes, maxBatchItems, timeoutMs, stillUnderWay } = options;
  let waiting: Entry<Item, Result>[] = [];
  let underWay: Entry<Item, Result>[] = [];
  let sending = false;
  let itemsNow = maxBatchItems;
  let alarm: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  let idleWaiters: (() => void)[] = [];

  function add(item: Item, deadline: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      waiting.push({ item, deadline, resolve, reject, settled: false });
      wakeAt(deadline);
      sendSoon();
    });
  }

  function sendSoon(): void {
    if (sending || waiting.length === 0) return;
    sending = true;
    setImmediate(() => void sendNext());
  }

  async function sendNext(): Promise<void> {
    try {
      const results = waiting.length === 0 ? [] : await send(take);
      if (results.length !== underWay.length) throw new Error(`${results.length} results for ${underWay.length} items`);
      itemsNow = Math.min(maxBatchItems, itemsNow * 2);
      underWay.forEach((entry, i) => {
        const result = results[i];
        if (result !== undefined) succeed(entry, result);
      });
    } catch (error) {
      onFailure(asPublishError(error));
    }
    underWay = [];
    sending = false;
    if (waiting.length > 0) sendSoon();
    else becomeIdle();
  }

  function take(): readonly Item[] {
    underWay = waiting.splice(0, batchLength());
    return underWay.map(({ item }) => item);
  }

  function batchLength(): number {
    let bytes = 0;
    let length = 0;
    for (const { item } of waiting) {
      bytes += sizeOf(item);
      if (length > 0 && (bytes > maxBatchBytes || length >= itemsNow)) break;
      length += 1;
    }
    return length;
  }

  function onFailure(error: PublishError): void {
    if (underWay.length === 0) {
      const refused = waiting;
      waiting = [];
      for (const entry of refused) fail(entry, error);
      return;
    }
    if (isOfOneMessage(error) && underWay.length > 1) {
      // The whole batch is certainly not written and would be refused again: halve it until the item at fault is alone.
      itemsNow = Math.floor(underWay.length / 2);
      for (const entry of underWay) if (entry.settled) fail(entry, error);
      waiting = [...underWay.filter((entry) => !entry.settled), ...waiting];
      return;
    }
    for (const entry of underWay) fail(entry, error);
  }

  function onDeadline(): void {
    alarm = undefined;
    const now = performance.now();
    const isLate = (entry: Entry<Item, Result>) => !entry.settled && entry.deadline <= now;
    for (const entry of underWay.filter(isLate)) tellUnderWay(entry);
    for (const entry of waiting.filter(isLate)) fail(entry, neverSent(timeoutMs));
    waiting = waiting.filter((entry) => !entry.settled);
    const open = [...underWay, ...waiting].filter((entry) => !entry.settled);
    if (open.length > 0) wakeAt(open.reduce((earliest, { deadline }) => Math.min(earliest, deadline), Infinity));
  }

  function tellUnderWay(entry: Entry<Item, Result>): void {
    entry.later = Promise.withResolvers<Result>();
    entry.later.promise.catch(() => undefined); // not everybody wants to know
    entry.settled = true;
    entry.reject(stillUnderWay(entry.later.promise));
  }

  /** One timer for all items: it rings at the earliest deadline. */
  function wakeAt(deadline: number): void {
    if (alarm !== undefined && alarm.at <= deadline) return;
    clearTimeout(alarm?.timer);
    const delay = Math.max(0, Math.ceil(deadline - performance.now()));
    alarm = { at: deadline, timer: setTimeout(onDeadline, delay) };
  }

  function becomeIdle(): void {
    clearTimeout(alarm?.timer);
    alarm = undefined;
    const waiters = idleWaiters;
    idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  function idle(): Promise<void> {
    if (!sending && waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => idleWaiters.push(resolve));
  }

  return { add, idle };
}

function succeed<Item, Result>(entry: Entry<Item, Result>, result: Result): void {
  if (entry.settled) entry.later?.resolve(result);
  else entry.resolve(result);
  entry.settled = true;
}

function fail<Item, Result>(entry: Entry<Item, Result>, error: PublishError): void {
  if (entry.settled) entry.later?.reject(error);
  else entry.reject(error);
  entry.settled = true;
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
