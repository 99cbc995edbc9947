import type { FollowedTopic } from '../idempotency/ask-log.ts';
import { keysOf, outcomeOf, type Outcomes } from '../idempotency/outcomes.ts';
import type { Receipt } from '../publishing/publisher.ts';
import type { PartitionBounds, TailFrom, TopicEntry, TopicReader } from '../reading/topic-reader.ts';
import type { OrderView } from './order-view.ts';
import { createPositions } from './positions.ts';

/** The topic as this replica follows it, from its partitions into the view and the outcomes. */
export interface TopicTail extends FollowedTopic {
  /** Begins to follow. Call it once. */
  readonly start: () => void;
  /**
   * Resolves once every partition has been read to where it ended at the start: from then on what is not known here is new,
   * or was accepted elsewhere a moment ago. All of them, because one request id may have been used for orders of several.
   * Rejects when that takes too long.
   */
  readonly readStart: () => Promise<void>;
  /** Resolves once the partition of the key has been read to the end it has now. Rejects when that takes too long. */
  catchUp(key: string): Promise<void>;
  /**
   * Whether every record there ever was has been read, and is still there. Of all partitions, because keys move when some are
   * added.
   */
  isWhole(): Promise<boolean>;
  /** One line for /readyz. Rejects while the topic has not been read to where it ended at the start. */
  readonly check: () => Promise<string>;
  /** Records between where this replica has read to and the ends that the latest check saw. */
  readonly behind: () => number;
}

/** `timeoutMs`: how long a request may wait for the tail. `holdMs`: the time of the fence. */
export function createTopicTail(deps: {
  readonly reader: TopicReader;
  readonly view: OrderView;
  readonly outcomes: Outcomes;
  readonly source: Pick<Receipt, 'backend' | 'topic'>;
  readonly from: TailFrom;
  readonly timeoutMs: number;
  readonly holdMs: () => number;
}): TopicTail {
  const { reader, view, outcomes, source, from, timeoutMs, holdMs } = deps;
  const positions = createPositions();
  /** Where each partition ended when it was first asked for: what stands before has to be read before orders are taken. */
  const endsAtStart = new Map<number, bigint>();
  const asked = new Map<number, { readonly bounds: Promise<readonly PartitionBounds[]>; begun: boolean }>();
  let startRead = false;
  let behindBy = 0n;

  function take({ event, partition, offset }: TopicEntry): void {
    const place = { ...source, partition, offset: String(offset) };
    // What this replica has put there itself is remembered already.
    if (!outcomes.has(event.id, place)) outcomes.remember(keysOf(event), outcomeOf(event, place));
    view.apply(event, place);
  }

  function start(): void {
    reader.follow(
      {
        began(partition, offset) {
          if (positions.of(partition) !== undefined) {
            view.forgetPartition(partition);
            endsAtStart.delete(partition);
          }
          positions.begin(partition, offset);
        },
        read(partition, entries, next) {
          for (const entry of entries) take(entry);
          positions.advance(partition, next, entries[0]?.event.timestamp);
        },
        missed: positions.miss,
      },
      from,
    );
  }

  function reached(partition: number, offset: bigint): Promise<void> {
    return positions.reached(partition, offset, timeoutMs);
  }

  /**
   * What stands before the first record read was appended before it, and so was stamped no later than this record's fence
   * allows: neither is stamped in the order of the log.
   */
  function followedSince(partition: number): number | undefined {
    if (positions.hasHole(partition)) return undefined;
    if (positions.begunAt(partition) === 0n) return 0;
    const first = positions.firstTimestamp(partition);
    return first === undefined ? undefined : first + holdMs();
  }

  function noteEnds(bounds: readonly PartitionBounds[]): void {
    for (const { partition, end } of bounds) if (!endsAtStart.has(partition)) endsAtStart.set(partition, end);
  }

  /** Of a partition whose end has been noted. */
  function endAtStart(partition: number): bigint {
    return endsAtStart.get(partition) ?? 0n;
  }

  async function readStart(): Promise<void> {
    if (startRead) return;
    const all = await allPartitions();
    const unknown = all.filter((partition) => !endsAtStart.has(partition));
    if (unknown.length > 0) noteEnds(await reader.bounds(unknown));
    await Promise.all(all.map((partition) => reached(partition, endAtStart(partition))));
    startRead = true;
  }

  async function catchUp(key: string): Promise<void> {
    const bounds = await presentBounds(await reader.partitionOf(key));
    await Promise.all(bounds.map(({ partition, end }) => reached(partition, end)));
  }

  /** Who asks while a question is under way needs one that begins later, and shares it with others who do. */
  function presentBounds(partition: number): Promise<readonly PartitionBounds[]> {
    const waiting = asked.get(partition);
    if (waiting !== undefined && !waiting.begun) return waiting.bounds;
    const entry = {
      begun: false,
      bounds: Promise.resolve(waiting?.bounds.catch(() => undefined)).then(() => {
        entry.begun = true;
        return reader.bounds([partition]);
      }),
    };
    asked.set(partition, entry);
    const done = (): void => {
      if (asked.get(partition) === entry) asked.delete(partition);
    };
    entry.bounds.then(done, done);
    return entry.bounds;
  }

  async function isWhole(): Promise<boolean> {
    await readStart();
    const all = await allPartitions();
    const isRead = (partition: number) => positions.begunAt(partition) === 0n && !positions.hasHole(partition);
    if (view.hasForgotten() || !all.every(isRead)) return false;
    const bounds = await reader.bounds(all);
    return bounds.every(({ earliest }) => earliest === 0n);
  }

  async function allPartitions(): Promise<number[]> {
    return Array.from({ length: await reader.partitions() }, (_, partition) => partition);
  }

  async function check(): Promise<string> {
    const all = await allPartitions();
    const bounds = await reader.bounds(all);
    noteEnds(bounds);
    const missing = (wanted: (of: PartitionBounds) => bigint) =>
      bounds.reduce((sum, of) => sum + later(wanted(of), positions.of(of.partition) ?? 0n), 0n);
    behindBy = missing(({ end }) => end);
    const unread = missing(({ partition }) => endAtStart(partition));
    startRead ||= unread === 0n && all.every((partition) => positions.of(partition) !== undefined);
    if (!startRead) throw new Error(`Reading the topic: ${unread} records to go before orders are taken.`);
    return `The topic has been read, ${behindBy} records behind its end`;
  }

  return {
    start,
    reached,
    readStart,
    catchUp,
    isWhole,
    check,
    followedSince,
    behind: () => Number(behindBy),
  };
}

function later(wanted: bigint, position: bigint): bigint {
  return wanted > position ? wanted - position : 0n;
}

/** Stands in where the topic is not followed (VIEW_TAIL=off): this replica knows what it has accepted itself. */
export const noTail: TopicTail = {
  start: () => undefined,
  reached: () => Promise.resolve(),
  readStart: () => Promise.resolve(),
  catchUp: () => Promise.resolve(),
  isWhole: () => Promise.resolve(false),
  check: () => Promise.resolve('The topic is not followed (VIEW_TAIL=off)'),
  followedSince: () => undefined,
  behind: () => 0,
};
