import { describe, test } from '@jest/globals';
import { sharedKafka, type SecuredKafka } from './shared-kafka.ts';

/*
 * Suites that need a real broker: skipped where none can be had, which the global setup has said aloud (with CI=true it
 * has failed).
 */

/** A suite that any plain broker will do for. */
export function describeWithKafka(name: string, suite: (kafka: { bootstrap: string }) => void): void {
  const { bootstrap } = sharedKafka();
  if (bootstrap === undefined) skip(name);
  else describe(name, () => suite({ bootstrap }));
}

/** A suite that needs a broker with every kind of listener, or starts brokers of its own. */
export function describeWithOwnKafka(name: string, suite: (kafka: SecuredKafka) => void): void {
  const { secured } = sharedKafka();
  if (secured === undefined) skip(name);
  else describe(name, () => suite(secured));
}

function skip(name: string): void {
  describe.skip(name, () => test('needs a real Kafka broker', () => undefined));
}
