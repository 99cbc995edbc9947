/**
 * Property: whatever fails, a client that repeats blindly gets its order accepted, and every order that was said to be
 * accepted is on the topic once, where its client was told.
 *
 * `npm run chaos` does the same for longer, and prints how.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startCluster, type KafkaCluster } from '../../tools/kafka/cluster.ts';
import { runChaos, type ChaosOptions, type ChaosResult } from '../chaos/chaos.ts';
import { faultsIn } from '../chaos/chaos-ledger.ts';
import { endsReplica, kindsFor } from '../chaos/fault-kinds.ts';
import { reportOf } from '../chaos/report.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { describeWithRedis } from '../support/describe-with-redis.ts';

const CLUSTER_TIMEOUT_MS = 90_000;
const RUN_TIMEOUT_MS = 200_000;

describeWithOwnKafka('under faults, with three brokers', () => {
  let cluster: KafkaCluster;
  beforeAll(async () => {
    cluster = await startCluster({ brokers: 3, sessionTimeoutMs: 2_000 });
  }, CLUSTER_TIMEOUT_MS);
  afterAll(async () => {
    await cluster.stop();
  });

  describeWithRedis('and Redis', () => {
    test(
      'three replicas: every kind of fault',
      async () => {
        const kinds = kindsFor('redis');
        const result = await run({ store: 'redis', replicas: 3, seed: 20_260_101, durationMs: 60_000, kinds });
        expect(new Set(result.faults.keys())).toEqual(new Set(kinds));
        expect(dirty(result)).toEqual([]);
      },
      RUN_TIMEOUT_MS,
    );
  });

  test(
    'one replica with the memory store: exact as long as its process lives',
    async () => {
      const kinds = kindsFor('memory').filter((kind) => !endsReplica(kind));
      const result = await run({ store: 'memory', replicas: 1, seed: 20_260_102, durationMs: 20_000, kinds });
      expect(dirty(result)).toEqual([]);
    },
    RUN_TIMEOUT_MS,
  );

  test(
    'one replica with the memory store, killed: nothing is lost',
    async () => {
      // A send of the dead process may land after its successor has looked for it: docs/exactly-once.md has the window.
      const kinds = kindsFor('memory').filter((kind) => endsReplica(kind) || kind === 'connections cut');
      const { ledger } = await run({ store: 'memory', replicas: 1, seed: 20_260_103, durationMs: 15_000, kinds });
      const { lost, misplaced, unsettled, unexpected, crashes } = ledger;
      expect({ lost, misplaced, unsettled, unexpected, crashes }).toEqual({
        lost: [],
        misplaced: [],
        unsettled: [],
        unexpected: [],
        crashes: [],
      });
    },
    RUN_TIMEOUT_MS,
  );

  async function run(options: Pick<ChaosOptions, 'store' | 'replicas' | 'seed' | 'durationMs' | 'kinds'>) {
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const rest = { cluster, everyKind: true, pauseMs: [500, 2_500], clients: 128, rate: 100, log } as const;
    const result = await runChaos({ ...rest, ...options });
    console.info([...(result.clean ? [] : lines), reportOf(options, result)].join('\n'));
    return result;
  }
});

/** The lists of the ledger in which there is something; the report has said what. */
function dirty({ ledger }: ChaosResult): string[] {
  return faultsIn(ledger)
    .filter(([, entries]) => entries.length > 0)
    .map(([name, entries]) => `${name} ${entries.length}`);
}
