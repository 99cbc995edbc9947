/** The text of a broker's server.properties. Pure: ports, paths and secrets are passed in. */

/** Listener names are also Kafka's names of the protocols. */
export type ListenerName = 'PLAINTEXT' | 'SASL_PLAINTEXT' | 'SASL_SSL' | 'SSL';

/** What all nodes of a cluster have in common. */
export interface ClusterConfig {
  /** Node id to controller port; every node is broker and controller. */
  readonly controllers: ReadonlyMap<number, number>;
  /** Address the client listeners bind to. */
  readonly bindHost: string;
  /** How long a silent broker keeps its leaderships; Kafka's default is 9000. */
  readonly sessionTimeoutMs?: number;
  readonly security?: {
    readonly username: string;
    readonly password: string;
    readonly brokerFile: string;
    readonly caFile: string;
  };
}

/** What one node has of its own. */
export interface NodeConfig {
  readonly id: number;
  readonly ports: Partial<Record<ListenerName, number>>;
  readonly dataDir: string;
}

const clamp = (low: number, value: number, high: number) => Math.min(high, Math.max(low, Math.round(value)));

/** One `name=value` per line. */
export function serverProperties(cluster: ClusterConfig, node: NodeConfig): string {
  const properties = {
    ...nodeProperties(cluster, node),
    ...replicationProperties(cluster.controllers.size),
    ...testProperties,
    ...(cluster.sessionTimeoutMs === undefined ? {} : failoverProperties(cluster.sessionTimeoutMs)),
    ...(cluster.security === undefined ? {} : securityProperties(cluster.security)),
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}`);
  return `${lines.join('\n')}\n`;
}

function nodeProperties({ controllers, bindHost }: ClusterConfig, { id, ports, dataDir }: NodeConfig) {
  const clients = Object.entries(ports);
  const bound = clients.map(([name, port]) => `${name}://${bindHost}:${port}`);
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'log.dirs': dataDir,
    // A fixed voter set: ids and ports outlive a restart, so nothing has to be found out at start.
    'controller.quorum.voters': [...controllers].map(([voter, port]) => `${voter}@127.0.0.1:${port}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: [...bound, `CONTROLLER://127.0.0.1:${controllers.get(id)}`].join(','),
    'advertised.listeners': clients.map(([name, port]) => `${name}://127.0.0.1:${port}`).join(','),
    'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', ...clients.map(([name]) => `${name}:${name}`)].join(','),
  };
}

function replicationProperties(nodes: number) {
  const factor = Math.min(3, nodes);
  const minInSync = factor === 3 ? 2 : 1;
  return {
    'default.replication.factor': factor,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': factor,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': minInSync,
    'share.coordinator.state.topic.replication.factor': factor,
    'share.coordinator.state.topic.min.isr': minInSync,
  };
}

const testProperties = {
  'auto.create.topics.enable': false,
  'unclean.leader.election.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  // Lets a test consumer be missed after a second; the default minimum is 6 s.
  'group.min.session.timeout.ms': 1000,
  // 50 partitions each by default: much to create and to elect leaders for, on one machine.
  'offsets.topic.num.partitions': 5,
  'transaction.state.log.num.partitions': 5,
  'share.coordinator.state.topic.num.partitions': 5,
  // The default, 128 MB, would be a third of a small heap.
  'log.cleaner.dedupe.buffer.size': 4_194_304,
};

// A controller that dies takes two steps: the others miss its fetch answers and elect a new one, which then gives every
// broker one whole session before it fences the dead one. The bounds keep a busy machine from losing healthy nodes.
const failoverProperties = (sessionTimeoutMs: number) => ({
  'broker.session.timeout.ms': sessionTimeoutMs,
  'broker.heartbeat.interval.ms': clamp(100, sessionTimeoutMs / 4, 2000),
  'controller.quorum.fetch.timeout.ms': clamp(500, sessionTimeoutMs / 2, 2000),
  'controller.quorum.election.timeout.ms': clamp(300, sessionTimeoutMs / 4, 1000),
  'controller.quorum.election.backoff.max.ms': clamp(100, sessionTimeoutMs / 8, 1000),
});

function securityProperties({ username, password, brokerFile, caFile }: NonNullable<ClusterConfig['security']>) {
  const module = 'org.apache.kafka.common.security';
  // SCRAM's credentials are in the cluster metadata (written when the storage is formatted), PLAIN's are here.
  const login = {
    'plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required user_${username}="${password}";`,
    'scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
  };
  const logins = ['sasl_plaintext', 'sasl_ssl'].flatMap((listener) =>
    Object.entries(login).map(([name, value]) => [`listener.name.${listener}.${name}`, value] as const),
  );
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    ...Object.fromEntries(logins),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': brokerFile,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': caFile,
    'listener.name.ssl.ssl.client.auth': 'required',
  };
}
