/** What a cluster is asked for and what it offers. */
import type { Tuning } from './jvm.ts';
import type { TopicSpec } from './topics.ts';

export interface ClusterOptions {
  /** 1 unless told. Three brokers replicate three times and need two in sync; all are controllers too. */
  readonly brokers?: 1 | 3;
  /** Also opens SASL_PLAINTEXT, SASL_SSL (each PLAIN and SCRAM-SHA-512) and SSL (client certificate required) listeners. */
  readonly secure?: boolean;
  /** How long a dead or paused broker keeps its leaderships, in ms; 9000 unless told. A busy machine wants 2000 or more. */
  readonly sessionTimeoutMs?: number;
  /** Created besides `orders`, `orders.dlq` and `orders.retry`; one of these names adds to or overrides its settings. */
  readonly topics?: readonly TopicSpec[];
  /** Of each JVM, in MB: 512 for one broker, 320 for each of three, unless told. */
  readonly heapMb?: number;
  /** `start` (quick to start, little CPU) unless told; `throughput` for benchmarks. */
  readonly tuning?: Tuning;
  /** The first broker's PLAINTEXT port; a free one unless told. */
  readonly port?: number;
  /** Told what takes long, and of a broker that ends unasked. */
  readonly log?: (line: string) => void;
}

/** A live view: `running` and `pid` follow the broker. */
export interface BrokerInfo {
  /** From 1. */
  readonly id: number;
  /** PLAINTEXT, on 127.0.0.1; stays the same over restarts. */
  readonly port: number;
  /** Of the JVM (with Docker: of the client that holds its container); the last one when it is not running. */
  readonly pid: number;
  /** A paused broker is running. */
  readonly running: boolean;
}

/** Bootstrap addresses (`127.0.0.1:p,…`) of the secure listeners. */
export interface Listeners {
  readonly saslPlaintext: string;
  readonly saslSsl: string;
  readonly ssl: string;
}

/** Made anew at every start; the files are PEM, readable by the owner only, and go with the cluster. */
export interface Secrets {
  /** The one user, for PLAIN and for SCRAM-SHA-512. */
  readonly username: string;
  readonly password: string;
  readonly caFile: string;
  /** The client certificate and its key, for the SSL listener. */
  readonly certFile: string;
  readonly keyFile: string;
  /** A CA that did not sign the brokers' certificate: a client that trusts only this one must refuse them. */
  readonly otherCaFile: string;
}

export interface KafkaCluster {
  /** PLAINTEXT addresses of all brokers: `127.0.0.1:p,…`. */
  readonly bootstrap: string;
  readonly brokers: readonly BrokerInfo[];
  readonly listeners?: Listeners;
  readonly secrets?: Secrets;
  /** Ends a broker's JVM and settles when it is gone. SIGKILL unless told; SIGTERM is Kafka's controlled shutdown. */
  kill(id: number, signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** SIGSTOP: its connections stay open and nothing is answered. */
  pause(id: number): Promise<void>;
  resume(id: number): Promise<void>;
  /**
   * Starts a killed broker again, same data and ports; settles when it is in sync for every partition it has a replica of.
   * Without a majority of the three no broker gets ready: after killing two, await one start before anything else; after
   * killing three, start two at the same time. A partition whose leader is still away is not waited for.
   */
  start(id: number): Promise<void>;
  /** Settles when every running broker knows the leaders. Without a fence unless `configs` has one. */
  createTopic(spec: TopicSpec): Promise<void>;
  /** Kills everything that was started and removes its files. May be called more than once. */
  stop(): Promise<void>;
}

/** A cluster started with `secure: true`. */
export interface SecureKafkaCluster extends KafkaCluster {
  readonly listeners: Listeners;
  readonly secrets: Secrets;
}
