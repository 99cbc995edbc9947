import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import pTimeout from 'p-timeout';
import { createBrokerSockets } from '../../kafka/broker-sockets.ts';
import { registerCodecs } from '../../kafka/codecs.ts';
import { diagnose } from '../../kafka/diagnose.ts';
import { createKafkaClient } from '../../kafka/kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from '../../kafka/kafka-settings.ts';
import { causeOf } from '../../telemetry/cause-of.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { coPartitionAssigner } from './co-partition-assigner.ts';
import type { MemberListener, TopicPartition } from './member-listener.ts';

/** What kafkajs tells of a batch before it is handed over, or is not because there is no message in it. */
interface StartedBatch extends TopicPartition {
  readonly batchSize: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
  readonly highWatermark: string;
}

/** A member of a consumer group, again and again until it is closed. */
export interface GroupMember {
  start(): void;
  /** Where to go on, whatever is being fetched. */
  readonly readFrom: (what: TopicPartition, offset: bigint) => void;
  readonly pause: (what: TopicPartition) => void;
  readonly resume: (what: TopicPartition) => void;
  /** Gives up everything and joins anew. */
  restart(why: Error): void;
  /** When it last asked or heard something, of performance.now(). */
  lastSign(): number;
  /** What keeps it from working, in words fit for anybody. */
  trouble(): string | undefined;
  /** Leaves the group. */
  close(): Promise<void>;
}

/** API keys of JoinGroup and LeaveGroup; a request's stands behind its length (Kafka protocol guide). */
const GIVING_UP: ReadonlySet<number> = new Set([11, 13]);
const API_KEY_AT = 4;

const REQUEST_TIMEOUT_MS = 5_000;
/** How long a broker waits for the next record, ms: so long may a partition that is read on again go unnoticed. */
const LONG_POLL_MS = 250;
const AGAIN_MS = 1_000;
/** New partitions are found within this time, ms. */
const METADATA_MAX_AGE_MS = 30_000;

/**
 * kafkajs has no call for "finish, your partitions go": it sends JoinGroup as soon as it hears of a rebalance, and LeaveGroup when
 * it crashes. Here these requests wait on its socket until the listener has finished; the coordinator still takes commits of the old generation meanwhile.
 * A consumer that crashed is replaced by a new one, with another order of brokers, instead of being restarted inside.
 *
 * When a leader has moved, kafkajs joins anew while it fetches from the other brokers. What those answer was asked for before, far
 * ahead of what is committed, and would be taken for the beginning of what is ours now, with a gap that nobody reads. So nothing is
 * read after a join until it is said from where; kafkajs drops the answers to what it had asked for before a partition was paused,
 * or `seek` was called.
 */
export function createGroupMember(options: {
  readonly settings: KafkaSettings;
  readonly topics: readonly string[];
  readonly group: string;
  readonly sessionTimeoutMs: number;
  /** How long a member takes at most to finish what it has begun, ms. */
  readonly drainMs: number;
  /** Rejects while the topics are not as they must be. */
  readonly checkTopics: () => Promise<void>;
  readonly log: Logger;
  readonly listener: MemberListener;
}): GroupMember {
  const { settings, topics, group, sessionTimeoutMs, drainMs, checkTopics, log, listener } = options;
  const closing = new AbortController();
  let consumer: Consumer | undefined;
  let lastSign = performance.now();
  let trouble: string | undefined = 'The group has not been joined yet.';
  let ended = Promise.withResolvers<Error>();
  let living: Promise<void> | undefined;

  registerCodecs();

  const isClosing = (): boolean => closing.signal.aborted;

  async function live(): Promise<void> {
    while (!isClosing()) {
      const error = await liveOnce();
      if (isClosing()) return;
      lastSign = performance.now();
      const message = error instanceof TopicsError ? error.message : diagnose(error).message;
      if (message !== trouble)
        log.warn('the worker cannot consume', { detail: message, cause: causeOf(error) ?? error.message });
      trouble = message;
      await sleep(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  /** One consumer, until it crashes. Resolves with the reason. */
  async function liveOnce(): Promise<Error> {
    ended = Promise.withResolvers<Error>();
    const hold = (request: Buffer) =>
      GIVING_UP.has(request.readInt16BE(API_KEY_AT)) ? listener.givingUp() : undefined;
    const sockets = createBrokerSockets({ tls: tlsOptionsOf(settings), hold });
    const { socketFactory } = sockets;
    const client = createKafkaClient({ settings, log, requestTimeoutMs: REQUEST_TIMEOUT_MS, socketFactory });
    const current = client.consumer({
      groupId: group,
      partitionAssigners: [coPartitionAssigner],
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: 2 * sessionTimeoutMs,
      heartbeatInterval: Math.min(1_000, sessionTimeoutMs / 5),
      maxWaitTimeInMs: LONG_POLL_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 3, restartOnFailure: () => Promise.resolve(false) },
    });
    consumer = current;
    let running: Promise<void> | undefined;
    watch(current);
    try {
      await checkTopics().catch((error: unknown) => {
        throw new TopicsError(error);
      });
      await current.connect();
      await current.subscribe({ topics: [...topics], fromBeginning: true });
      running = current.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => {
          const { batch } = payload;
          const { topic, partition, messages } = batch;
          // Not in the declared types.
          const { fetchedOffset } = batch as typeof batch & { readonly fetchedOffset: string };
          const taken =
            !payload.isStale() &&
            listener.batch({
              topic,
              partition,
              messages,
              askedFrom: BigInt(fetchedOffset),
              next: BigInt(batch.lastOffset()) + 1n,
              end: BigInt(batch.highWatermark),
              commit: (next) =>
                payload.commitOffsetsIfNecessary({
                  topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
                }),
            });
          // Taken, not done: what is done is committed by itself.
          if (taken) payload.resolveOffset(batch.lastOffset());
          return Promise.resolve();
        },
      });
      return await Promise.race([running.then(() => ended.promise), ended.promise]);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      consumer = undefined;
      await listener.givingUp();
      // kafkajs leaves a group only when it has joined it: until then the others finish what they have begun, for so long, but a
      // member that has died is waited for by the session, and not by us.
      await pTimeout(running ?? Promise.resolve(), { milliseconds: drainMs, fallback: () => undefined }).catch(
        () => undefined,
      );
      // Its sockets are ended here in any case.
      await pTimeout(current.disconnect(), { milliseconds: REQUEST_TIMEOUT_MS, fallback: () => undefined }).catch(
        () => undefined,
      );
      sockets.destroyAll();
    }
  }

  function watch(current: Consumer): void {
    const { CRASH, FETCH_START, FETCH, HEARTBEAT, GROUP_JOIN, REBALANCING, START_BATCH_PROCESS } = current.events;
    const sign = (): void => {
      lastSign = performance.now();
    };
    for (const event of [FETCH_START, FETCH, HEARTBEAT, REBALANCING] as const) current.on(event, sign);
    current.on(START_BATCH_PROCESS, ({ payload }: { readonly payload: StartedBatch }) => {
      const { topic, partition, batchSize, firstOffset, lastOffset, highWatermark } = payload;
      if (batchSize > 0) return;
      const first = BigInt(firstOffset ?? lastOffset);
      listener.emptyBatch({ topic, partition, first, next: BigInt(lastOffset) + 1n, end: BigInt(highWatermark) });
    });
    current.on(CRASH, ({ payload }) => {
      ended.resolve(payload.error);
    });
    current.on(GROUP_JOIN, ({ payload }) => {
      if (current !== consumer) return; // it is leaving
      sign();
      trouble = undefined;
      const mine = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ topic, partition })),
      );
      log.info('partitions assigned', { group, partitions: mine.length });
      for (const { topic, partition } of mine) current.pause([{ topic, partitions: [partition] }]);
      listener.assigned(mine);
    });
  }

  return {
    start: () => {
      living = live();
    },
    readFrom: ({ topic, partition }, offset) => consumer?.seek({ topic, partition, offset: String(offset) }),
    pause: ({ topic, partition }) => consumer?.pause([{ topic, partitions: [partition] }]),
    resume: ({ topic, partition }) => consumer?.resume([{ topic, partitions: [partition] }]),
    restart: (why) => {
      ended.resolve(why);
    },
    lastSign: () => lastSign,
    trouble: () => trouble,
    async close() {
      closing.abort();
      ended.resolve(new Error('closed'));
      await living;
    },
  };
}

/** What is wrong with the topics is said in words of ours already. */
class TopicsError extends Error {
  override readonly name = 'TopicsError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
