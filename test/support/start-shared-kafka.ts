import { startCluster } from '../../tools/kafka/cluster.ts';
import { detectRuntime } from '../../tools/kafka/runtime.ts';
import { publishSharedKafka, rememberCluster } from './shared-kafka.ts';

/**
 * Jest's global setup: the one broker that suites share, with a listener for every kind of security. KAFKA_BROKERS takes
 * its place where a plain broker will do.
 */
export default async function startSharedKafka(): Promise<void> {
  const given = process.env['KAFKA_BROKERS'];
  const runtime = await detectRuntime();
  if (runtime.kind === 'none') {
    const skipped =
      given === undefined
        ? 'every suite that needs a real Kafka broker'
        : 'the suites that need secured or several brokers';
    if (process.env['CI'] === 'true') throw new Error(`With CI=true nothing may be skipped, but: ${runtime.reason}`);
    console.warn(`\nSKIPPED: ${skipped}. ${runtime.reason}\n`);
    publishSharedKafka(given === undefined ? {} : { bootstrap: given });
    return;
  }
  const cluster = await startCluster({ secure: true });
  rememberCluster(cluster);
  const { bootstrap, listeners, secrets } = cluster;
  publishSharedKafka({ bootstrap: given ?? bootstrap, secured: { bootstrap, listeners, secrets } });
}
