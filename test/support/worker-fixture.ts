import { Kafka, logLevel, type IHeaders, type Producer } from 'kafkajs';
import PQueue from 'p-queue';
import type { TopicEvent } from '../../src/domain/events.ts';
import type { EventPublisher, Receipt } from '../../src/publishing/publisher.ts';
import { readLetters, type PlacedLetter } from './committed-records.ts';
import { progressOf, untilSettled, type Progress } from './group-progress.ts';
import { openPublisher, withKafkaAdmin, withProducer } from './reading-kafka.ts';
import type { Note } from './worker-notes.ts';
import { createWorkerTeam, type WorkerTeam } from './worker-process.ts';
import { createWorkerTopics, type WorkerTopics } from './worker-topics.ts';

/** A record for another application's producer. */
export interface PlainRecord {
  readonly key: Buffer | string | null;
  readonly value: Buffer | string | null;
  readonly headers: IHeaders;
  readonly partition: number;
}

/** Topics, workers that read them, and who writes to them. */
export interface WorkerFixture {
  readonly topics: WorkerTopics;
  readonly team: WorkerTeam;
  /** Publishes as the API does, to `orders`, several at once; those of one order one after the other. */
  publish(events: readonly TopicEvent[]): Promise<readonly Receipt[]>;
  /** Writes as somebody else does; with `transactionalId`, all of it in one transaction. */
  send(topic: string, records: readonly PlainRecord[], options?: { transactionalId?: string }): Promise<void>;
  /** Resolves when the group has committed the ends of orders and retry. */
  settled(): Promise<readonly Progress[]>;
  /** What the group has committed of the orders. */
  progress(): Promise<readonly Progress[]>;
  /** What a read-committed reader finds on the dead-letter topic. */
  letters(): Promise<PlacedLetter[]>;
  notes(): Promise<Note[]>;
  /** Kills the workers and removes the topics. */
  close(): Promise<void>;
}

const AT_ONCE = 500;

/** `via` leads workers to the brokers, such as a proxy; everybody else takes `bootstrap`. */
export async function openWorkerFixture(
  bootstrap: string,
  options: {
    readonly partitions?: number;
    readonly replicas?: number;
    readonly via?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<WorkerFixture> {
  const { via = bootstrap, env = {}, ...layout } = options;
  const topics = await createWorkerTopics(bootstrap, layout);
  const team = await createWorkerTeam({ bootstrap: via, topics, env });
  const publisher: EventPublisher = openPublisher(bootstrap, topics.orders);
  const queue = new PQueue({ concurrency: AT_ONCE });
  let other: Promise<Producer> | undefined;

  async function connectOther(): Promise<Producer> {
    const producer = new Kafka({ brokers: bootstrap.split(','), logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    return producer;
  }

  return {
    topics,
    team,
    publish(events) {
      const lastOfOrder = new Map<string, Promise<Receipt>>();
      const receipts = events.map((event) => {
        const before = lastOfOrder.get(event.subject) ?? Promise.resolve();
        const receipt = before.then(() => queue.add(() => publisher.publish(event)));
        lastOfOrder.set(event.subject, receipt);
        return receipt;
      });
      return Promise.all(receipts);
    },
    async send(topic, records, { transactionalId } = {}) {
      const messages = records.map((record) => ({ ...record }));
      if (transactionalId === undefined) {
        await (await (other ??= connectOther())).send({ topic, messages });
        return;
      }
      await withProducer(
        bootstrap,
        async (producer) => {
          const transaction = await producer.transaction();
          await transaction.send({ topic, messages });
          await transaction.commit();
        },
        { transactionalId },
      );
    },
    settled: () => untilSettled(bootstrap, { group: topics.group, topics: [topics.orders, topics.retry] }),
    progress: () => withKafkaAdmin(bootstrap, (admin) => progressOf(admin, topics.group, topics.orders)),
    letters: () => readLetters(bootstrap, topics.deadLetters),
    notes: () => team.notes(),
    async close() {
      await team.end();
      await publisher.close();
      await (await other)?.disconnect();
      await topics.remove();
    },
  };
}
