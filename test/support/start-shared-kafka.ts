import { startCluster } from '../../tools/kafka/cluster.ts';
import { detectRuntime } from '../../tools/kafka/runtime.ts';
import { publishSharedKafka, rememberCluster } from './shared-kafka.ts';

/** Jest's global setup: the one broker that suites share, with a listener for every kind of security. */
export default async function startSharedKafka(): Promise<void> {
  const runtime = await detectRuntime();
  if (runtime.kind === 'none') {
    if (process.env['CI'] === 'true') throw new Error(`No Kafka for the tests: ${runtime.reason}`);
    console.warn(`\nSKIPPED: every suite that needs a real Kafka broker. ${runtime.reason}\n`);
    return;
  }
  const cluster = await startCluster({ secure: true });
  rememberCluster(cluster);
  publishSharedKafka({
    // A broker of the user's own, where there is one; the secured listeners are always ours.
    bootstrap: process.env['KAFKA_BROKERS'] ?? cluster.bootstrap,
    listeners: cluster.listeners,
    secrets: cluster.secrets,
  });
}
