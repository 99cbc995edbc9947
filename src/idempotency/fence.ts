import type { TopicReader, TopicRules } from '../reading/topic-reader.ts';

/** The time after which an attempt cannot land any more, as the topic keeps it. */
export interface Fence {
  /** How long a claim is held, ms: as long as a record stamped with it may still be appended, whatever the clocks do within bounds. */
  readonly holdMs: () => number;
  /** How far clocks may be apart, ms. */
  readonly maxSkewMs: () => number;
  /** What the topic's settings give, and whether they give what is promised. Never rejects: orders are taken all the same. */
  readonly check: () => Promise<{ readonly status: 'pass' | 'warn'; readonly detail: string }>;
}

/** As interface and local tools have it; assumed where the topic says nothing, ms. */
const BEFORE_MAX_MS = 30_000;
const AFTER_MAX_MS = 2_000;

/** Bounds beyond these are none: nobody waits that long for the outcome of an order. */
const LONGEST_BEFORE_MS = 600_000;
const LONGEST_AFTER_MS = 60_000;

/** The topic's settings hardly ever change, ms. */
const ASK_AGAIN_MS = 30_000;

/**
 * Reads the bounds from the topic: B, message.timestamp.before.max.ms, and S, message.timestamp.after.max.ms (KIP-937). A record
 * stamped at T is refused by a leader whose clock says more than T + B; with clocks at most S apart, by every leader from
 * T + B + S on as the claim store has it; another S is for the clock of whoever waits. `ttlMs` is how long ids are remembered.
 */
export function createFence(options: {
  readonly reader: Pick<TopicReader, 'rules'>;
  readonly ttlMs: number;
  readonly publishTimeoutMs: number;
}): Fence {
  const { reader, ttlMs, publishTimeoutMs } = options;
  let rules: TopicRules | undefined;
  let askedAt = -Infinity;

  const beforeMs = (): number => within(rules?.beforeMaxMs, LONGEST_BEFORE_MS) ?? BEFORE_MAX_MS;
  const afterMs = (): number => within(rules?.afterMaxMs, LONGEST_AFTER_MS) ?? AFTER_MAX_MS;

  async function check() {
    if (rules === undefined || performance.now() - askedAt > ASK_AGAIN_MS) {
      try {
        rules = await reader.rules();
        askedAt = performance.now();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return warn(`The settings of the topic cannot be read, so its fence is not certain: ${why}`);
      }
    }
    return judge(rules);
  }

  function judge({ timestampType, beforeMaxMs, afterMaxMs, retentionMs, unreadableCompression }: TopicRules) {
    const faults: string[] = [];
    if (timestampType !== 'CreateTime') faults.push('message.timestamp.type must be CreateTime');
    if (within(beforeMaxMs, LONGEST_BEFORE_MS) === undefined)
      faults.push(`set message.timestamp.before.max.ms, such as ${BEFORE_MAX_MS}`);
    if (within(afterMaxMs, LONGEST_AFTER_MS) === undefined)
      faults.push(`set message.timestamp.after.max.ms, such as ${AFTER_MAX_MS}`);
    if (unreadableCompression !== undefined)
      faults.push(`compression.type ${unreadableCompression} cannot be read here: set it to producer`);
    if (beforeMs() <= publishTimeoutMs)
      faults.push('message.timestamp.before.max.ms must be longer than PUBLISH_TIMEOUT_MS');
    if (retentionMs !== undefined && retentionMs < ttlMs)
      faults.push('retention.ms must be longer than IDEMPOTENCY_TTL_SECONDS');
    if (faults.length > 0)
      return warn(`The topic does not keep late or forgotten attempts out for certain: ${faults.join('; ')}.`);
    return {
      status: 'pass' as const,
      detail: `No attempt lands later than ${beforeMs() + 2 * afterMs()} ms after its claim`,
    };
  }

  return { holdMs: () => beforeMs() + 2 * afterMs(), maxSkewMs: afterMs, check };
}

/** For a backend inside the process: there is no way on which an attempt could be late. */
export const noFence: Fence = {
  holdMs: () => 0,
  maxSkewMs: () => Infinity,
  check: () => Promise.resolve({ status: 'pass', detail: 'Messages are in this process: none comes late' }),
};

function within(bound: number | undefined, longest: number): number | undefined {
  return bound !== undefined && bound <= longest ? bound : undefined;
}

function warn(detail: string) {
  return { status: 'warn' as const, detail };
}
