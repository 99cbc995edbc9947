import type { CoordinatorLink } from '../../kafka/coordinator-link.ts';
import { BEGINNING, END } from '../../kafka/topic-link.ts';
import type { TopicQuestions } from '../../reading/kafkajs/ask-topic.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { TopicPartition } from './member-listener.ts';
import { transactionalIdOf } from './set-aside.ts';

/** Where to begin, and an offset of the group that means nothing, because it is of another log. */
export interface Beginning {
  readonly from: bigint;
  readonly void?: bigint;
}

/**
 * Where a new owner of a partition begins. First whoever had it before is fenced, so that nothing of theirs can be committed any
 * more; then the group's offset is final and can be asked. Where the log does not reach back to it, or does not reach it, it is
 * read from its beginning, and that is said.
 */
export async function whereToBegin(options: {
  readonly at: TopicPartition;
  readonly group: string;
  readonly coordinator: CoordinatorLink;
  readonly questions: TopicQuestions;
  readonly log: Logger;
}): Promise<Beginning> {
  const { at, group, coordinator, questions, log } = options;
  await coordinator.fence(transactionalIdOf(group, at));
  const committed = await coordinator.committed(group, at.topic, at.partition);
  const [earliest, end] = await questions.ask((link) =>
    Promise.all([link.offsetAt(at.partition, BEGINNING), link.offsetAt(at.partition, END)]),
  );
  if (committed === undefined) return { from: earliest };
  if (committed >= earliest && committed <= end) return { from: committed };
  const fault =
    committed > end
      ? 'a partition ends before what was handled of it: its topic was made anew'
      : 'records of a partition were removed before they were handled: is retention.ms longer than the worker may be away?';
  const fields = { committed: String(committed), earliest: String(earliest), end: String(end) };
  log.error(`${fault}; it is read from its beginning`, { topic: at.topic, partition: at.partition, ...fields });
  return { from: earliest, ...(committed > end && { void: committed }) };
}
