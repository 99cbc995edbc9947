import type { TopicConsumer } from '../consuming/topic-consumer.ts';
import type { ReadinessCheck } from '../process/readiness.ts';
import type { Lanes } from './lanes.ts';

/** What /healthz and /readyz say of the worker. */
export interface WorkerHealth {
  readonly checks: readonly ReadinessCheck[];
  /** Why a new process would do better than this one; undefined while it would not. A Kafka that is away is no such reason. */
  readonly stuck: () => string | undefined;
}

/** Without a fetch, a heartbeat or a failure for so long the consumer has stopped by itself, ms; a join may take two sessions. */
const SILENT_MIN_MS = 60_000;
const SILENT_SESSIONS = 3;

/** For this time nothing that is asked need be answered, ms; a group in which a member has died takes its session's time. */
const QUIET_MS = 10_000;

/** Attempts, their pauses, and what a busy machine adds, as a multiple of one attempt's time. */
const STUCK_FACTOR = 10;
const STUCK_MIN_MS = 60_000;

export function createWorkerHealth(options: {
  readonly consumer: TopicConsumer;
  readonly lanes: Lanes;
  readonly handlerTimeoutMs: number;
  readonly sessionTimeoutMs: number;
}): WorkerHealth {
  const { consumer, lanes, handlerTimeoutMs, sessionTimeoutMs } = options;
  const silentAfterMs = Math.max(SILENT_MIN_MS, SILENT_SESSIONS * sessionTimeoutMs);
  const stuckAfterMs = Math.max(STUCK_MIN_MS, STUCK_FACTOR * handlerTimeoutMs);

  function group(): Promise<string> {
    const { assigned, open, silentForMs, trouble } = consumer.state();
    if (trouble !== undefined) return Promise.reject(new Error(trouble));
    if (assigned === undefined) return Promise.reject(new Error('The group is being joined.'));
    if (silentForMs > QUIET_MS)
      return Promise.reject(new Error(`Nothing was heard from Kafka for ${Math.round(silentForMs / 1000)} s.`));
    if (open < assigned) return Promise.reject(new Error(`${open} of ${assigned} partitions are open.`));
    return Promise.resolve(`${assigned} partitions assigned`);
  }

  function commits(): Promise<string> {
    const trouble = lanes.all().flatMap((lane) => lane.trouble() ?? [])[0];
    if (trouble !== undefined) return Promise.reject(new Error(`What was handled cannot be committed: ${trouble}`));
    return Promise.resolve('what was handled is committed');
  }

  return {
    checks: [
      { name: 'group', run: group },
      { name: 'commits', run: commits },
    ],
    stuck() {
      const { silentForMs } = consumer.state();
      if (silentForMs > silentAfterMs) return `The consumer has done nothing for ${Math.round(silentForMs / 1000)} s.`;
      const longest = Math.max(0, ...lanes.all().map((lane) => lane.stuckForMs()));
      return longest > stuckAfterMs ? `An event has been in hand for ${Math.round(longest / 1000)} s.` : undefined;
    },
  };
}
