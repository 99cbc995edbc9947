import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { BEGINNING, createTopicLink, END, type RawRecord, type TopicLink } from '../../kafka/topic-link.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TailFrom } from '../topic-reader.ts';
import { isOfBroker, isOfContent } from './fetch-errors.ts';
import { advance, cursorAt, fetchFrom, isLast, type PartitionCursor } from './partition-cursor.ts';

/** Takes what is read; see `TopicSink`. */
export interface RecordSink {
  began(partition: number, offset: bigint): void;
  read(partition: number, records: readonly RawRecord[], next: bigint): void;
  /** A record was stepped over whose batch cannot be decoded. */
  undecodable(partition: number, offset: bigint): void;
}

/** How long a broker waits for the next record before it answers with none, ms. */
const LONG_POLL_MS = 500;

/** New partitions, and leaders that moved without an error, are found within this time, ms. */
const REFRESH_MS = 5_000;

const RETRY_MS = 200;

/**
 * Follows every partition of the topic: one loop for each leader, so that a broker that is dead or frozen keeps nobody from the
 * partitions of the others, and one that keeps the metadata. Each has a link of its own and, after a failure, another one:
 * kafkajs holds on to brokers that are gone or frozen, a new start finds others. Ends only with `close`.
 */
export function followTopic(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly from: TailFrom;
  readonly sink: RecordSink;
}): { close(): void } {
  const { settings, log, from, sink } = options;
  const cursors = new Map<number, PartitionCursor>();
  const workers = new Set<number>();
  const troubled = new Set<string>();
  const closing = new AbortController();
  const links = new Set<TopicLink>();
  let leaders: ReadonlyMap<number, number> = new Map();
  let begun = false;
  let wake = Promise.withResolvers<undefined>();

  async function keepMetadata(): Promise<void> {
    let link = open();
    while (!closing.signal.aborted) {
      try {
        await refresh(link);
        recovered('metadata');
      } catch (error) {
        failed('metadata', error, [...cursors.values()]);
        link = replaced(link);
        await pause(RETRY_MS);
        continue;
      }
      wake = Promise.withResolvers<undefined>();
      await Promise.race([wake.promise, pause(REFRESH_MS)]);
      await pause(RETRY_MS / 4); // errors come in swarms
    }
  }

  async function refresh(link: TopicLink): Promise<void> {
    leaders = await link.leaders();
    for (const partition of cursors.keys()) if (!leaders.has(partition)) cursors.delete(partition);
    const added = [...leaders.keys()].filter((partition) => !cursors.has(partition));
    // A partition that cannot be asked keeps nobody from the others.
    const begins = await Promise.allSettled(
      added.map(async (partition) => {
        begin(partition, await startOf(link, partition));
      }),
    );
    for (const leader of new Set(leaders.values())) if (leader >= 0 && !workers.has(leader)) void work(leader);
    for (const one of begins) if (one.status === 'rejected') throw one.reason;
    begun = true;
  }

  async function startOf(link: TopicLink, partition: number): Promise<bigint> {
    const earliest = await link.offsetAt(partition, BEGINNING);
    // A partition that is added later is new to us from its first record.
    if (from === 'earliest' || begun) return earliest;
    const wanted = (await link.offsetAt(partition, END)) - BigInt(from.last);
    return wanted > earliest ? wanted : earliest;
  }

  function begin(partition: number, offset: bigint): void {
    cursors.set(partition, cursorAt(partition, offset));
    sink.began(partition, offset);
  }

  async function work(leader: number): Promise<void> {
    workers.add(leader);
    let link = open();
    for (;;) {
      const mine = [...cursors.values()].filter(({ partition }) => leaders.get(partition) === leader);
      if (closing.signal.aborted || mine.length === 0) break;
      try {
        for (const cursor of mine) if (cursor.suspect) await verify(link, leader, cursor);
        await readOn(link, leader, mine, LONG_POLL_MS);
        recovered(`broker ${leader}`);
      } catch (error) {
        failed(`broker ${leader}`, error, mine);
        if (isOfContent(error) || isOfBroker(error)) await readOneByOne(link, leader, mine);
        else link = replaced(link);
        wake.resolve(undefined);
        await pause(RETRY_MS);
      }
    }
    workers.delete(leader);
    end(link);
  }

  async function readOn(
    link: TopicLink,
    leader: number,
    mine: readonly PartitionCursor[],
    maxWaitMs: number,
  ): Promise<void> {
    const asked = new Map(mine.map((cursor) => [cursor.partition, cursor.next]));
    for (const fetched of await link.fetch(leader, mine.map(fetchFrom), maxWaitMs)) {
      const cursor = cursors.get(fetched.partition);
      const at = asked.get(fetched.partition);
      if (cursor === undefined || at === undefined) continue;
      const records = advance(cursor, at, fetched);
      if (records.length > 0) sink.read(cursor.partition, records, cursor.next);
    }
  }

  /** A fetch fails as a whole: to find the partition that cannot be decoded, and to go on with the others. */
  async function readOneByOne(link: TopicLink, leader: number, mine: readonly PartitionCursor[]): Promise<void> {
    for (const cursor of mine) {
      // Any other failure is found again by the next round.
      while (await readOn(link, leader, [cursor], 0).then(() => false, isOfContent)) {
        sink.undecodable(cursor.partition, cursor.next);
        cursor.next += 1n;
        cursor.last = undefined;
        sink.read(cursor.partition, [], cursor.next);
      }
    }
  }

  /** Where the log is not the one that was read, reading begins anew. */
  async function verify(link: TopicLink, leader: number, cursor: PartitionCursor): Promise<void> {
    const { partition, next, last } = cursor;
    const earliest = await link.offsetAt(partition, BEGINNING);
    const end = await link.offsetAt(partition, END);
    let fault: string | undefined;
    if (next < earliest) fault = 'records of a partition were removed before they were read';
    else if (next > end) fault = 'a partition ends before what was read of it';
    else if (last !== undefined && last.offset >= earliest) {
      const [fetched] = await link.fetch(leader, [{ ...fetchFrom(cursor), offset: last.offset }], 0);
      const record = fetched?.records.find(({ offset }) => offset === last.offset);
      if (!isLast(cursor, record)) fault = 'the last record that was read of a partition is not there any more';
    }
    cursor.suspect = false;
    if (fault === undefined) return;
    log.warn(`${fault}: the log is read again from its beginning`, {
      partition,
      readTo: String(next),
      earliest: String(earliest),
      end: String(end),
    });
    begin(partition, earliest);
  }

  function failed(what: string, error: unknown, concerned: readonly PartitionCursor[]): void {
    if (closing.signal.aborted) return;
    // While nobody answered, the topic may have been deleted and created again.
    for (const cursor of concerned) cursor.suspect = true;
    const fields = { what, error: error instanceof Error ? error.message : String(error) };
    if (troubled.has(what)) log.debug('the topic still cannot be followed', fields);
    else log.warn('the topic cannot be followed', fields);
    troubled.add(what);
  }

  function recovered(what: string): void {
    if (troubled.delete(what)) log.info('the topic is followed again', { what });
  }

  function open(): TopicLink {
    const link = createTopicLink({ settings, log });
    links.add(link);
    return link;
  }

  function end(link: TopicLink): void {
    links.delete(link);
    link.close();
  }

  function replaced(link: TopicLink): TopicLink {
    end(link);
    return closing.signal.aborted ? link : open();
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: closing.signal }).catch(() => undefined);
  }

  void keepMetadata();
  return {
    close() {
      closing.abort();
      wake.resolve(undefined);
      for (const link of links) end(link);
    },
  };
}
