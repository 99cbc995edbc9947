import Cluster from 'kafkajs/src/cluster/index.js';
import type { Logger } from '../telemetry/logger.ts';
import { createBrokerSockets } from './broker-sockets.ts';
import { clientConfig } from './kafka-client.ts';
import { tlsOptionsOf, type KafkaSettings } from './kafka-settings.ts';

/** The inside of kafkajs, without producer, consumer or group: connections to brokers, metadata, coordinators. */
export interface ClusterLink {
  /** Connects if need be, and knows the topic's metadata: brokers are found by it. */
  ready(): Promise<Cluster>;
  /** At once; what is under way rejects. */
  close(): void;
}

/** How long a broker may take to answer, ms. */
const REQUEST_TIMEOUT_MS = 3_000;

/** Records of ours are in no transaction: the high watermark is their end, whatever other producers leave open. */
export const READ_UNCOMMITTED = 0;
/** Up to the first transaction that is still open. */
export const READ_COMMITTED = 1;

/**
 * A link to the cluster that has `settings.topic`. Opens nothing before it is used. With READ_COMMITTED the end of a partition
 * is where its first open transaction begins.
 */
export function createClusterLink(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly isolationLevel?: 0 | 1;
}): ClusterLink {
  const { settings, log, isolationLevel = READ_UNCOMMITTED } = options;
  const sockets = createBrokerSockets({ tls: tlsOptionsOf(settings) });
  const cluster = new Cluster({
    ...clientConfig({ settings, requestTimeoutMs: REQUEST_TIMEOUT_MS, socketFactory: openUntilClosed }),
    // Whoever asks tries again, with another link: inside, kafkajs would stay with a broker that is frozen.
    retry: { retries: 0 },
    logger: loggerFor(log),
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 100,
    isolationLevel,
  });
  let connected: Promise<Cluster> | undefined;
  let closed = false;

  /** kafkajs connects again by itself, also what was closed. */
  function openUntilClosed(where: Parameters<typeof sockets.socketFactory>[0]) {
    if (closed) throw new Error('closed connection: this link is not used any more');
    return sockets.socketFactory(where);
  }

  async function connect(): Promise<Cluster> {
    await cluster.connect();
    await cluster.addTargetTopic(settings.topic);
    return cluster;
  }

  return {
    ready() {
      const asked = (connected ??= connect());
      asked.catch(() => {
        if (connected === asked) connected = undefined;
      });
      return asked;
    },
    close() {
      closed = true;
      cluster.disconnect().catch(() => undefined); // its sockets are ended here in any case
      sockets.destroyAll();
    },
  };
}

/** Attempts that fail are details here; what they come to is logged by whoever asked. */
function loggerFor(log: Logger) {
  const say = (message: string, extra?: object) => log.debug('kafkajs', { said: message, ...extra });
  const logger = { namespace: () => logger, debug: () => undefined, info: () => undefined, warn: say, error: say };
  return logger;
}
