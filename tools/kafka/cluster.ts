/** A real Kafka of one or three brokers, for tests and for `npm run kafka`. It ends with the process that started it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntilInSync } from './admin.ts';
import { type Broker, prepareBroker } from './broker.ts';
import type { ListenerName } from './broker-config.ts';
import type { BrokerInfo, ClusterOptions, KafkaCluster, SecureKafkaCluster } from './cluster-types.ts';
import { type Holder, openHolder } from './holder.ts';
import { LOG4J_CONFIG } from './jvm.ts';
import { addressOf, choosePorts, makeSecurity, type Node } from './layout.ts';
import { isFree } from './ports.ts';
import type { Runtime } from './runtime-types.ts';
import { openRuntime } from './runtime.ts';
import { createTopics, mergeTopics, ORDER_TOPICS } from './topics.ts';

export type {
  BrokerInfo,
  ClusterOptions,
  KafkaCluster,
  Listeners,
  Secrets,
  SecureKafkaCluster,
} from './cluster-types.ts';
export { detectRuntime } from './runtime.ts';
export type { TopicSpec } from './topics.ts';

const SECURE_LISTENERS: readonly ListenerName[] = ['SASL_PLAINTEXT', 'SASL_SSL', 'SSL'];

/**
 * Starts a cluster, creates the topics and settles when all of it can be used. Nothing is left of a start that fails.
 * @throws Error saying what happened and what to do: nothing to run Kafka with, the jars not to be had, a port taken, a
 * broker that ends or is not ready in 90 s (with the end of its log), a topic refused.
 */
export async function startCluster(options: ClusterOptions & { readonly secure: true }): Promise<SecureKafkaCluster>;
export async function startCluster(options?: ClusterOptions): Promise<KafkaCluster>;
export async function startCluster(options: ClusterOptions = {}): Promise<KafkaCluster> {
  const { port, log = () => undefined } = options;
  if (port !== undefined && !(await isFree(port)))
    throw new Error(`Port ${port} on 127.0.0.1 is taken: choose another.`);
  const runtime = await openRuntime(log);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'orders-kafka-')));
  const ids = options.brokers === 3 ? [1, 2, 3] : [1];
  const holder = openHolder(folder, runtime.cleanup(ids.flatMap((id) => [`broker-${id}`, `broker-${id}-format`])));
  try {
    return await build(options, { runtime, folder, ids, holder, log });
  } catch (error) {
    await holder.close();
    throw error;
  }
}

interface Parts {
  readonly runtime: Runtime;
  readonly folder: string;
  readonly ids: readonly number[];
  readonly holder: Holder;
  readonly log: (line: string) => void;
}

async function build(options: ClusterOptions, { runtime, folder, ids, holder, log }: Parts): Promise<KafkaCluster> {
  const names: readonly ListenerName[] = ['PLAINTEXT', ...(options.secure ? SECURE_LISTENERS : [])];
  const nodes = await choosePorts(ids, names, options.port);
  await runtime.prepare(
    folder,
    nodes.flatMap((node) => Object.values(node.ports)),
  );

  const security = options.secure ? await makeSecurity(join(folder, 'tls')) : undefined;
  const log4jFile = join(folder, 'log4j2.xml');
  await writeFile(log4jFile, LOG4J_CONFIG, { mode: 0o600 });
  const setup = {
    runtime,
    holder,
    log,
    log4jFile,
    config: {
      controllers: new Map(nodes.map((node) => [node.id, node.controllerPort])),
      bindHost: runtime.bindHost,
      ...(options.sessionTimeoutMs === undefined ? {} : { sessionTimeoutMs: options.sessionTimeoutMs }),
      ...(security === undefined ? {} : { security }),
    },
    clusterId: randomBytes(16).toString('base64url'),
    heapMb: options.heapMb ?? (ids.length === 3 ? 320 : 512),
    tuning: options.tuning ?? 'start',
  };

  log(`starting ${ids.length === 1 ? 'one broker' : `${ids.length} brokers`} of Apache Kafka with ${runtime.kind}`);
  const brokers = new Map<number, Broker>();
  await Promise.all(
    nodes.map(async ({ id, ports }) => {
      const broker = await prepareBroker(setup, { id, ports }, join(folder, `broker-${id}`));
      brokers.set(id, broker);
      await broker.start();
    }),
  );

  const addresses = (name: ListenerName) => nodes.map((node) => addressOf(node.ports[name]));
  const replicas = ids.length;
  await createTopics(addresses('PLAINTEXT'), mergeTopics(ORDER_TOPICS, options.topics ?? []), replicas);

  const brokerOf = (id: number): Broker => {
    const broker = brokers.get(id);
    if (!broker) throw new Error(`There is no broker ${id}: the ids are ${ids.join(', ')}.`);
    return broker;
  };
  const info = ({ id, ports }: Node): BrokerInfo => ({
    id,
    port: ports.PLAINTEXT ?? 0,
    get pid() {
      return brokerOf(id).pid;
    },
    get running() {
      return brokerOf(id).running;
    },
  });
  return {
    bootstrap: addresses('PLAINTEXT').join(','),
    brokers: nodes.map(info),
    ...(security && {
      listeners: {
        saslPlaintext: addresses('SASL_PLAINTEXT').join(','),
        saslSsl: addresses('SASL_SSL').join(','),
        ssl: addresses('SSL').join(','),
      },
      secrets: security,
    }),
    kill: async (id, signal = 'SIGKILL') => brokerOf(id).kill(signal),
    pause: async (id) => brokerOf(id).pause(),
    resume: async (id) => brokerOf(id).resume(),
    start: async (id) => {
      await brokerOf(id).start();
      await waitUntilInSync(addressOf(nodes.find((node) => node.id === id)?.ports.PLAINTEXT), id);
    },
    createTopic: async (spec) => {
      const answering = nodes.filter(({ id }) => brokerOf(id).answering);
      await createTopics(
        answering.map((node) => addressOf(node.ports.PLAINTEXT)),
        [spec],
        replicas,
      );
    },
    stop: () => holder.close(),
  };
}
