import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '../../kafka/diagnose.ts';
import type { KafkaSettings } from '../../kafka/kafka-settings.ts';
import { createTopicLink, type TopicLink } from '../../kafka/topic-link.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { isOfContent } from './fetch-errors.ts';

/** Asks about the topic, over connections on which no fetch waits. */
export interface TopicQuestions {
  /** Each partition's leader, as known; asked for the first time, and again with `fresh`. */
  leaders(options?: { readonly fresh: boolean }): Promise<ReadonlyMap<number, number>>;
  /** Runs a question, again after a failure until `withinMs` are over. Rejects with an Error in words fit for anybody. */
  ask<Answer>(question: (link: TopicLink) => Promise<Answer>, withinMs?: number): Promise<Answer>;
  close(): void;
}

/** How long a question may take, ms: an election is over by then, or takes too long for anybody to wait. */
const ASK_WITHIN_MS = 3_000;
const RETRY_MS = 100;

/** Leaders move: after each failure they are asked for again. */
export function createTopicQuestions(options: {
  readonly settings: KafkaSettings;
  readonly log: Logger;
  readonly committedOnly?: boolean;
}): TopicQuestions {
  let link = createTopicLink(options);
  let known: Promise<ReadonlyMap<number, number>> | undefined;
  let closed = false;

  function leaders({ fresh } = { fresh: false }): Promise<ReadonlyMap<number, number>> {
    if (fresh) known = undefined;
    const asked = (known ??= link.leaders());
    asked.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked;
  }

  async function ask<Answer>(
    question: (link: TopicLink) => Promise<Answer>,
    withinMs = ASK_WITHIN_MS,
  ): Promise<Answer> {
    const deadline = performance.now() + withinMs;
    for (let fresh = false; ; fresh = true) {
      const asked = link;
      try {
        await leaders({ fresh });
        return await question(asked);
      } catch (error) {
        // kafkajs holds on to brokers that are gone or frozen: a new start finds others.
        if (asked === link && !closed) replaceLink();
        if (closed || isOfContent(error) || performance.now() > deadline) throw readingError(error);
      }
      await sleep(RETRY_MS);
    }
  }

  function replaceLink(): void {
    link.close();
    link = createTopicLink(options);
    known = undefined;
  }

  return {
    leaders,
    ask,
    close() {
      closed = true;
      link.close();
    },
  };
}

/** In words fit for anybody. */
function readingError(error: unknown): Error {
  const { reason, message } = diagnose(error);
  const known = reason === 'backend_error' ? 'Kafka did not answer, for a reason that the log names.' : message;
  const text = isOfContent(error) ? 'A batch cannot be decoded: set compression.type of the topic to producer.' : known;
  return new Error(text, { cause: error });
}
