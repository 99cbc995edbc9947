import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../../tools/kafka/ports.ts';
import { startKafkaProxy } from '../support/kafka-proxy.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { createReplica, type Replica } from './replica-process.ts';

/** Some replicas of the service, each behind proxies of its own. They end with this process, however it ends. */
export interface ReplicaGroup {
  readonly replicas: readonly Replica[];
  /** Where their logs are, one file for each. */
  readonly logFolder: string;
  /** Ends every disturbance of the network. */
  healNetwork(): void;
  /** Stops them in order; settles when they are gone, with those that had to be killed. */
  stop(): Promise<readonly Replica[]>;
  /** Kills what is left of them and closes the proxies; `keepLogs` leaves the logs. May be called after `stop`. */
  close(keepLogs: boolean): Promise<void>;
}

/** How long an ordered stop of a replica may take, ms: of the service's own, and until the harness kills it. */
const STOP_MS = 8_000;
const STOP_WITHIN_MS = STOP_MS + 4_000;

/** Starts `count` replicas; `env` is what the settings of all have in common. Settles when all serve. */
export async function startReplicas(options: {
  readonly count: number;
  /** Bootstrap addresses of the brokers. */
  readonly brokers: string;
  /** Port of Redis, if there is one. */
  readonly redisPort: number | undefined;
  readonly env: Readonly<Record<string, string>>;
}): Promise<ReplicaGroup> {
  const { count, brokers, redisPort, env } = options;
  const logFolder = await mkdtemp(join(tmpdir(), 'orders-chaos-'));
  const keeper = fork(fileURLToPath(new URL('keeper.ts', import.meta.url)), { execArgv: [] });
  keeper.unref();
  keeper.channel?.unref();
  const ports = await freePorts(count);
  const replicas = await Promise.all(
    ports.map(async (port, i) => {
      const proxy = await startKafkaProxy(brokers);
      const redisProxy = redisPort === undefined ? undefined : await startTcpProxy(redisPort);
      const redis = redisProxy === undefined ? {} : { REDIS_URL: `redis://127.0.0.1:${redisProxy.port}` };
      const own = { HOST: '127.0.0.1', PORT: String(port), METRICS_PORT: '0', KAFKA_BROKERS: proxy.bootstrap };
      return createReplica({
        number: i + 1,
        port,
        proxy,
        redisProxy,
        env: { ...env, ...own, ...redis, SHUTDOWN_TIMEOUT_MS: String(STOP_MS) },
        logFile: join(logFolder, `replica-${i + 1}.log`),
        stopWithinMs: STOP_WITHIN_MS,
        onPid: (pid, runs) => {
          if (keeper.connected) keeper.send([pid, runs], () => undefined);
        },
      });
    }),
  );
  const close: ReplicaGroup['close'] = async (keepLogs) => {
    await Promise.all(replicas.map((replica) => replica.kill()));
    await Promise.all(replicas.map(({ proxy }) => proxy.close()));
    await Promise.all(replicas.map(({ redisProxy }) => redisProxy?.close() ?? Promise.resolve()));
    if (keeper.connected) keeper.disconnect();
    if (!keepLogs) await rm(logFolder, { recursive: true, force: true });
  };
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
  } catch (error) {
    await close(true);
    throw error;
  }
  return {
    replicas,
    logFolder,
    healNetwork() {
      for (const { proxy, redisProxy } of replicas) {
        proxy.setFault({ kind: 'none' });
        proxy.hold('nothing');
        redisProxy?.hold('nothing');
      }
    },
    async stop() {
      const inTime = await Promise.all(replicas.map((replica) => replica.stop()));
      return replicas.filter((_, i) => inTime[i] === false);
    },
    close,
  };
}
