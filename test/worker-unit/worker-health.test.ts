import { describe, expect, test } from '@jest/globals';
import type { ConsumerState } from '../../src/consuming/topic-consumer.ts';
import { createWorkerHealth } from '../../src/worker/worker-health.ts';

const WELL: ConsumerState = { assigned: 12, open: 12, silentForMs: 100, trouble: undefined, behind: 0 };

interface LaneState {
  readonly stuckForMs?: number;
  readonly trouble?: string;
}

/** Health of a worker whose consumer and lanes say this. */
function healthOf(
  state: Partial<ConsumerState> = {},
  lanes: readonly LaneState[] = [],
  { handlerTimeoutMs = 10_000, sessionTimeoutMs = 15_000 } = {},
) {
  const all = lanes.map(({ stuckForMs = 0, trouble }) => ({
    take: () => undefined,
    drain: () => Promise.resolve(),
    revoke: () => undefined,
    oldest: () => undefined,
    stuckForMs: () => stuckForMs,
    trouble: () => trouble,
  }));
  return createWorkerHealth({
    consumer: {
      start: () => undefined,
      close: () => Promise.resolve(),
      state: () => ({ ...WELL, ...state }),
    },
    lanes: { open: () => Promise.resolve([]), all: () => all },
    handlerTimeoutMs,
    sessionTimeoutMs,
  });
}

describe('readiness', () => {
  /** What each check says, by its name. */
  async function saying(...of: Parameters<typeof healthOf>) {
    const { checks } = healthOf(...of);
    const said = checks.map(async ({ name, run }) => {
      const words = await run().then(
        (seen) => `pass: ${typeof seen === 'string' ? seen : seen.detail}`,
        (error: unknown) => `fail: ${error instanceof Error ? error.message : ''}`,
      );
      return [name, words] as const;
    });
    return Object.fromEntries(await Promise.all(said));
  }

  test('is there when partitions are assigned and open and something was heard', async () => {
    expect(await saying()).toEqual({
      group: 'pass: 12 partitions assigned',
      commits: 'pass: what was handled is committed',
    });
  });

  test('a member that has no partition is ready to take over', async () => {
    expect(await saying({ assigned: 0, open: 0 })).toMatchObject({ group: 'pass: 0 partitions assigned' });
  });

  test.each<readonly [string, Partial<ConsumerState>, string]>([
    ['in words of the consumer', { trouble: 'check KAFKA_BROKERS', assigned: undefined }, 'check KAFKA_BROKERS'],
    ['while it joins', { assigned: undefined }, 'The group is being joined.'],
    ['when nothing was heard for long', { silentForMs: 10_600 }, 'Nothing was heard from Kafka for 11 s.'],
    ['while partitions are being opened', { open: 3 }, '3 of 12 partitions are open.'],
  ])('is missing %s', async (_when, state, words) => {
    expect(await saying(state)).toMatchObject({ group: `fail: ${words}` });
  });

  test('ten seconds of silence are none', async () => {
    expect(await saying({ silentForMs: 10_000 })).toMatchObject({ group: 'pass: 12 partitions assigned' });
  });

  test('is missing while one lane cannot commit', async () => {
    expect(await saying({}, [{}, { trouble: 'no coordinator' }, { trouble: 'another' }])).toMatchObject({
      commits: 'fail: What was handled cannot be committed: no coordinator',
    });
  });
});

describe('stuck', () => {
  test.each<readonly [string, ...Parameters<typeof healthOf>]>([
    ['all is well', {}, [{}, { stuckForMs: 5_000 }]],
    ['Kafka is away', { trouble: 'check KAFKA_BROKERS', assigned: undefined, silentForMs: 900 }],
    ['a minute of silence', { silentForMs: 60_000 }],
    ['nothing can be committed', {}, [{ trouble: 'no coordinator' }]],
    ['an event takes as long as ten attempts', {}, [{ stuckForMs: 100_000 }]],
    ['an event takes a minute, however short its attempts', {}, [{ stuckForMs: 60_000 }], { handlerTimeoutMs: 10 }],
  ])('is not said while %s', (_what, ...of) => {
    expect(healthOf(...of).stuck()).toBeUndefined();
  });

  test.each<readonly [string, string, ...Parameters<typeof healthOf>]>([
    ['the consumer has stopped', 'The consumer has done nothing for 61 s.', { silentForMs: 60_600 }],
    [
      'an event does not end',
      'An event has been in hand for 101 s.',
      {},
      [{ stuckForMs: 3 }, { stuckForMs: 100_600 }, { stuckForMs: 7 }],
    ],
    [
      'a short event does not end',
      'An event has been in hand for 60 s.',
      {},
      [{ stuckForMs: 60_001 }],
      { handlerTimeoutMs: 10 },
    ],
  ])('is said when %s', (_what, words, ...of) => {
    expect(healthOf(...of).stuck()).toBe(words);
  });
});
