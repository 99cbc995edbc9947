/**
 * Clients that repeat blindly, while processes, brokers, Redis and the network fail under them; then what they were told is
 * held against the topic.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaCluster } from '../../tools/kafka/cluster.ts';
import { startRedisServer, type RedisServer } from '../../tools/redis/redis-server.ts';
import { openBook, type Book } from './book.ts';
import { chaosLedgerOf, faultsIn, readContent, type ChaosLedger, type TopicContent } from './chaos-ledger.ts';
import { type FaultKind } from './fault-kinds.ts';
import { startLoad } from './load.ts';
import { planFaults } from './plan.ts';
import { createRandom } from './random.ts';
import { startReplicas, type ReplicaGroup } from './replica-group.ts';
import { runSchedule, type FaultCounts } from './schedule.ts';
import { strike } from './strike.ts';

/** What a run is made of. */
export interface ChaosOptions {
  /** Three brokers. The run makes a topic of its own. */
  readonly cluster: KafkaCluster;
  readonly store: 'redis' | 'memory';
  readonly replicas: number;
  readonly seed: number;
  /** How long faults go on, ms. */
  readonly durationMs: number;
  readonly kinds: readonly FaultKind[];
  /** Goes on until each kind has been done, even when the time is over. */
  readonly everyKind?: boolean;
  /** Pause between the beginnings of two faults, from and to, ms. */
  readonly pauseMs: readonly [number, number];
  readonly clients: number;
  /** New requests per second at most. */
  readonly rate: number;
  readonly log: (line: string) => void;
}

/** What came of it. */
export interface ChaosResult {
  readonly ledger: ChaosLedger;
  readonly clean: boolean;
  readonly book: Book;
  readonly content: TopicContent;
  readonly faults: FaultCounts;
  /** From the first request to the last answer, ms. */
  readonly tookMs: number;
  /** Starts of a replica that ended before it served, such as while what it needs was away. */
  readonly failedStarts: number;
  /** Kept where the ledger is not clean. */
  readonly logFolder: string | undefined;
}

/** The fence (message.timestamp.before.max.ms and after.max.ms), short so that takeovers happen within a run. ms. */
const BEFORE_MAX_MS = 3_000;
const AFTER_MAX_MS = 500;
/** From the last mended fault on, ms. */
const SETTLE_WITHIN_MS = 60_000;
const API_KEY = 'chaos-key';

/** Does a run and ends all that it started, except the cluster. Rejects where a fault could not be done or mended. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { cluster, store } = options;
  const topic = `chaos-${randomUUID()}`;
  await cluster.createTopic({
    name: topic,
    partitions: 6,
    replicationFactor: 3,
    configs: {
      'min.insync.replicas': '2',
      'message.timestamp.type': 'CreateTime',
      'message.timestamp.before.max.ms': String(BEFORE_MAX_MS),
      'message.timestamp.after.max.ms': String(AFTER_MAX_MS),
    },
  });
  const redis = store === 'redis' ? await startRedisServer() : undefined;
  let group: ReplicaGroup | undefined;
  let clean = false;
  try {
    group = await startReplicas({
      count: options.replicas,
      brokers: cluster.bootstrap,
      redisPort: redis?.port,
      env: {
        API_KEY,
        BACKEND_MODE: 'kafka',
        KAFKA_TOPIC: topic,
        PUBLISH_TIMEOUT_MS: '1500',
        IDEMPOTENCY_STORE: store,
      },
    });
    const result = await underFaults(options, { group, redis, topic });
    ({ clean } = result);
    return result;
  } finally {
    await group?.close(!clean);
    await redis?.stop();
  }
}

interface Parts {
  readonly group: ReplicaGroup;
  readonly redis: RedisServer | undefined;
  readonly topic: string;
}

async function underFaults(options: ChaosOptions, { group, redis, topic }: Parts): Promise<ChaosResult> {
  const { cluster, seed, kinds, durationMs, log } = options;
  const { replicas, logFolder } = group;
  log(`logs of the replicas: ${logFolder}`);
  const keeper = openBook();
  const begun = performance.now();
  const load = startLoad({
    run: `${seed}-${process.pid}`,
    ports: replicas.map(({ port }) => port),
    apiKey: API_KEY,
    // Another stream than the plan's: how many numbers the clients take depends on what they are answered.
    random: createRandom(~seed),
    keeper,
    clients: options.clients,
    rate: options.rate,
  });
  const plan = { seed, kinds, replicas: replicas.length, brokers: cluster.brokers.length, pauseMs: options.pauseMs };
  const faults = await runSchedule({
    plan: planFaults(plan),
    replicas: replicas.length,
    durationMs,
    atLeast: options.everyKind ? kinds.length : 0,
    strike: (fault) => strike({ replicas, cluster, redis }, fault),
    log,
  }).finally(() => group.healNetwork());
  log('every fault is mended; waiting for the clients');
  await load.stop(SETTLE_WITHIN_MS);
  const tookMs = performance.now() - begun;

  const late = await group.stop();
  // After that nothing that was ever sent can be appended any more.
  await sleep(BEFORE_MAX_MS + AFTER_MAX_MS);
  log('reading the topic');
  const content = await readContent(cluster.bootstrap, topic);
  const crashes = [
    ...replicas.flatMap(({ failures }) => failures.crashes),
    ...late.map(({ number }) => `replica ${number} did not stop in time at the end`),
  ];
  const ledger = chaosLedgerOf(keeper.book, content, crashes);
  const clean = faultsIn(ledger).every(([, entries]) => entries.length === 0);
  return {
    ledger,
    clean,
    book: keeper.book,
    content,
    faults,
    tookMs,
    failedStarts: replicas.reduce((sum, { failures }) => sum + failures.starts, 0),
    logFolder: clean ? undefined : logFolder,
  };
}
