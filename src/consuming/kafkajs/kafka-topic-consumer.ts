import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import pTimeout from 'p-timeout';
import { createCoordinatorLink, type CoordinatorLink } from '../../kafka/coordinator-link.ts';
import { diagnose } from '../../kafka/diagnose.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createTopicQuestions } from '../../reading/kafkajs/ask-topic.ts';
import { isOfBroker } from '../../reading/kafkajs/fetch-errors.ts';
import { causeOf } from '../../telemetry/cause-of.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Lease, OpenLanes, TopicConsumer } from '../topic-consumer.ts';
import { checkTopics } from './check-topics.ts';
import { createGroupMember } from './group-member.ts';
import { handledIds } from './history.ts';
import { createHolding, type Holding } from './holding.ts';
import type { TopicPartition } from './member-listener.ts';
import { whereToBegin } from './open-lease.ts';
import { createSetAside } from './set-aside.ts';

/** Which topics, as which group; the environment variables are those of the README. */
export interface KafkaConsumerOptions {
  /** `settings.topic` is that of the orders. */
  readonly settings: KafkaSettings;
  readonly retryTopic: string;
  readonly deadLetterTopic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  /** What was begun has so long to finish when partitions are given up, ms; the rest is for others to do again. */
  readonly drainMs: number;
  readonly log: Logger;
}

const OPENED_AT_ONCE = 4;
const AGAIN_MS = 300;
const SAID_AT = 5;

/** Consumes the orders and what is replayed of them as a member of a Kafka consumer group. */
export function createKafkaTopicConsumer(options: KafkaConsumerOptions): TopicConsumer {
  const { settings, retryTopic, deadLetterTopic, group, sessionTimeoutMs, drainMs, log } = options;
  const names = { orders: settings.topic, retry: retryTopic, deadLetters: deadLetterTopic };
  const questionsOf = (topic: string, committedOnly = true) =>
    createTopicQuestions({ settings: { ...settings, topic }, log, committedOnly });
  const questions = {
    orders: questionsOf(names.orders),
    retry: questionsOf(names.retry),
    deadLetters: questionsOf(names.deadLetters),
    allDeadLetters: questionsOf(names.deadLetters, false),
  };
  // What was handled is read back over few connections: all partitions at once would wait for each other.
  const opening = new PQueue({ concurrency: OPENED_AT_ONCE });
  let coordinator = createCoordinatorLink({ settings, log });
  let holdings = new Map<string, Holding>();
  let openLanes: OpenLanes = () => Promise.resolve([]);
  let openingTrouble: string | undefined;
  let givingUp: Promise<void> | undefined;

  const member = createGroupMember({
    settings,
    topics: [names.orders, names.retry],
    group,
    sessionTimeoutMs,
    drainMs,
    checkTopics: () => checkTopics(names, questions),
    log,
    listener: {
      givingUp: () => (givingUp ??= giveUp().finally(() => (givingUp = undefined))),
      assigned,
      batch(batch) {
        const outcome = holdings.get(keyOf(batch))?.take(batch) ?? 'refused';
        if (outcome === 'broken')
          member.restart(new Error(`${batch.topic}/${batch.partition} does not go on where it was read to`));
        return outcome === 'taken';
      },
      emptyBatch: (batch) => holdings.get(keyOf(batch))?.pass(batch),
    },
  });

  async function giveUp(): Promise<void> {
    const given = [...holdings.values()];
    const drained = Promise.all(given.map((holding) => holding.drain()));
    await pTimeout(drained, {
      milliseconds: drainMs,
      fallback: () => log.warn('handlers took too long to finish before their partitions were given up'),
    });
    for (const holding of given) holding.end();
  }

  function assigned(partitions: readonly TopicPartition[]): void {
    for (const holding of holdings.values()) holding.end();
    holdings = new Map(partitions.map((at) => [keyOf(at), createHolding({ at, ...member })]));
    const byNumber = Map.groupBy(holdings.values(), ({ at }) => at.partition);
    for (const together of byNumber.values()) void opening.add(() => open(together));
  }

  async function open(together: readonly Holding[]): Promise<void> {
    const isOver = (): boolean => together.some((holding) => holding.isOver());
    for (let failures = 0; !isOver();) {
      const asked = coordinator;
      try {
        const leases = await Promise.all(together.map((holding) => leaseOf(holding, asked)));
        const lanes = await openLanes(leases);
        if (isOver()) for (const lane of lanes) lane.revoke();
        else for (const [i, holding] of together.entries()) holding.open(lanes[i]);
        openingTrouble = undefined;
        return;
      } catch (error) {
        if (isOver()) return;
        failures += 1;
        openingFailed(error, failures);
        if (asked === coordinator && !isOfBroker(error)) renewCoordinator();
        await sleep(AGAIN_MS);
      }
    }
  }

  /** Coordinators move, and take a moment to: that is said when it goes on. */
  function openingFailed(error: unknown, failures: number): void {
    const { message } = diagnose(error);
    const say = failures === SAID_AT ? log.warn.bind(log) : log.debug.bind(log);
    say('a partition cannot be begun', { detail: message, cause: causeOf(error) ?? String(error) });
    openingTrouble = message;
  }

  function renewCoordinator(): void {
    coordinator.close();
    coordinator = createCoordinatorLink({ settings, log });
  }

  async function leaseOf(holding: Holding, asked: CoordinatorLink): Promise<Lease> {
    const { at } = holding;
    const { topic, partition } = at;
    const records = topic === names.orders ? questions.orders : questions.retry;
    const beginning = await whereToBegin({ at, group, coordinator: asked, questions: records, log });
    const letterPartitions = await questions.deadLetters.ask(() => questions.deadLetters.leaders());
    const letters = createSetAside({
      settings,
      log,
      group,
      deadLetterTopic,
      to: partition % letterPartitions.size,
      from: at,
      confirm: (committed) => holding.commit(committed > holding.settledTo() ? committed : holding.settledTo()),
      async committed() {
        const committed = await coordinator.committed(group, topic, partition);
        return committed === beginning.void ? undefined : committed;
      },
    });
    const { from } = beginning;
    holding.begin(from, letters.close);
    return {
      topic,
      partition,
      from,
      handledIds: (begin, to) =>
        handledIds({
          place: at,
          from: begin,
          to,
          records,
          deadLetters: { committed: questions.deadLetters, all: questions.allDeadLetters },
        }),
      commit: (next) => inWords(holding.commit(next)),
      async setAside(given, next) {
        holding.assertHeld();
        const passed = holding.passMarkers(next);
        await inWords(letters.run(given, passed));
        holding.settled(passed);
      },
      pause: holding.pause,
      resume: holding.resume,
    };
  }

  return {
    start(open) {
      openLanes = open;
      member.start();
    },
    state() {
      const all = [...holdings.values()];
      return {
        assigned: member.trouble() === undefined ? all.length : undefined,
        open: all.filter((holding) => holding.isOpen()).length,
        silentForMs: performance.now() - member.lastSign(),
        trouble: member.trouble() ?? openingTrouble,
        behind: all.reduce((sum, holding) => sum + holding.behind(), 0),
      };
    },
    async close() {
      await member.close();
      for (const holding of holdings.values()) holding.end();
      coordinator.close();
      for (const each of Object.values(questions)) each.close();
    },
  };
}

/** Rejects in words fit for anybody; the client's own are the cause. */
async function inWords(done: Promise<void>): Promise<void> {
  await done.catch((error: unknown) => {
    throw new Error(diagnose(error).message, { cause: error });
  });
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
