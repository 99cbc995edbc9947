import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import { createClusterLink } from './cluster-link.ts';
import type { KafkaSettings } from './kafka-settings.ts';

/** Asks the coordinators of a group and of transactional ids. Rejects with the errors of kafkajs. */
export interface CoordinatorLink {
  /** From now on the broker refuses whoever used this transactional id before; what they left open is aborted. */
  fence(transactionalId: string): Promise<void>;
  /** The group's committed offset of a partition; undefined where there is none. */
  committed(group: string, topic: string, partition: number): Promise<bigint | undefined>;
  /** At once; what is under way rejects. */
  close(): void;
}

/** Coordinator types of FindCoordinator (Kafka protocol guide). */
const GROUP = 0;
const TRANSACTION = 1;

/** A transaction that has said nothing for so long is aborted by the broker, ms. */
export const TRANSACTION_TIMEOUT_MS = 10_000;

const TRY_AGAIN_MS = 20;

/** Made anew after a failed connection: kafkajs holds on to brokers that are gone or frozen. */
export function createCoordinatorLink({ settings, log }: { settings: KafkaSettings; log: Logger }): CoordinatorLink {
  const link = createClusterLink({ settings, log });
  return {
    async fence(transactionalId) {
      const cluster = await link.ready();
      const broker = await cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: TRANSACTION });
      for (const deadline = performance.now() + TRANSACTION_TIMEOUT_MS; ;) {
        try {
          await broker.initProducerId({ transactionalId, transactionTimeout: TRANSACTION_TIMEOUT_MS });
          return;
        } catch (error) {
          if (!isBusy(error) || performance.now() > deadline) throw error;
        }
        await sleep(TRY_AGAIN_MS);
      }
    },
    async committed(group, topic, partition) {
      const cluster = await link.ready();
      const broker = await cluster.findGroupCoordinator({ groupId: group, coordinatorType: GROUP });
      const { responses } = await broker.offsetFetch({
        groupId: group,
        topics: [{ topic, partitions: [{ partition }] }],
      });
      const offset = responses[0]?.partitions[0]?.offset;
      if (offset === undefined) throw new Error(`no answer on the committed offset of ${topic}/${partition}`);
      return BigInt(offset) < 0n ? undefined : BigInt(offset);
    },
    close: () => {
      link.close();
    },
  };
}

/** The transaction before is being ended. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'CONCURRENT_TRANSACTIONS';
}
