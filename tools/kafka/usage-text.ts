/** What `npm run kafka` prints when the cluster is up. Pure. */
import type { KafkaCluster } from './cluster-types.ts';

const exports = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `  export ${name}=${/^[\w.:,/-]+$/.test(value) ? value : `'${value}'`}`)
    .join('\n');

/** The ways to reach the cluster, each as lines for a shell. */
export function usageText({ bootstrap, listeners, secrets }: KafkaCluster): string {
  const common = { API_KEY: 'change-me', BACKEND_MODE: 'kafka', KAFKA_TOPIC: 'orders' };
  const sections = [`Kafka is up. Without TLS or a password:\n${exports({ ...common, KAFKA_BROKERS: bootstrap })}`];
  if (listeners && secrets) {
    const { username, password, caFile, certFile, keyFile } = secrets;
    const tls = { KAFKA_TLS: 'true', KAFKA_CA_FILE: caFile };
    const login = { KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: username, KAFKA_PASSWORD: password };
    const client = { KAFKA_CERT_FILE: certFile, KAFKA_KEY_FILE: keyFile };
    sections.push(
      `With a password over TLS (\`plain\` works as well):\n${exports({ ...common, KAFKA_BROKERS: listeners.saslSsl, ...login, ...tls })}`,
      `With a client certificate:\n${exports({ ...common, KAFKA_BROKERS: listeners.ssl, ...tls, ...client })}`,
      `With a password and no TLS:\n${exports({ ...common, KAFKA_BROKERS: listeners.saslPlaintext, ...login })}`,
      'Take one of these in a fresh shell: the variables of one way are wrong for the others.',
    );
  }
  return `\n${sections.join('\n\n')}\n\nThen: npm start

Ctrl-C stops Kafka and removes its data.`;
}
