import { describe, test } from '@jest/globals';
import { hasSharedKafka, sharedKafka, type SharedKafka } from './shared-kafka.ts';

/**
 * A suite that needs a real broker: skipped where none can be had, which the global setup has said aloud (with CI=true it
 * has failed).
 */
export function describeWithKafka(name: string, suite: (kafka: SharedKafka) => void): void {
  if (hasSharedKafka()) describe(name, () => suite(sharedKafka()));
  else describe.skip(name, () => test('needs a real Kafka broker', () => undefined));
}
