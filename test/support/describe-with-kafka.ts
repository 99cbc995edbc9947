import { describe } from '@jest/globals';
import { hasSharedKafka } from './shared-kafka.ts';

/**
 * A suite that needs a real broker: skipped where none can be had, which the global setup has said aloud (with CI=true it
 * has failed).
 */
export const describeWithKafka: typeof describe | typeof describe.skip = hasSharedKafka() ? describe : describe.skip;
