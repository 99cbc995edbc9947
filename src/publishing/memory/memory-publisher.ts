import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderEvent, TopicEvent } from '../../domain/events.ts';
import { createPartitioner } from '../../kafka/partitioner.ts';
import { PublishError } from '../publish-error.ts';
import type { EventPublisher, Receipt } from '../publisher.ts';

/** An event and where it is kept. */
export interface KeptEvent {
  readonly receipt: Receipt;
  readonly event: OrderEvent;
}

/**
 * How the memory backend behaves. `refuse`: nothing is kept, the publish is certainly not written. `lose-ack`: the event
 * is kept, its acknowledgement lost. `slow`: kept and acknowledged after `delayMs`.
 */
export type MemoryBehaviour =
  | { readonly kind: 'normal' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'lose-ack' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A backend inside the process, for trying things out and for tests. */
export interface MemoryPublisher extends EventPublisher {
  /** The order events that are kept, oldest first within a partition. */
  events(): readonly KeptEvent[];
  readonly partitions: number;
  readonly partitionOf: (key: string) => number;
  /** Where a partition begins and ends now; barriers count. */
  readonly bounds: (partition: number) => { readonly earliest: bigint; readonly end: bigint };
  /** From now on told of each record as it is appended; `event` is undefined for a barrier. */
  onAppend(listener: (receipt: Receipt, event: OrderEvent | undefined) => void): void;
  /** From the next publish on. */
  behave(behaviour: MemoryBehaviour): void;
}

const PARTITIONS = 6;

/** Keeps events in the process: the latest `capacity` of each partition. */
export function createMemoryPublisher(options: {
  readonly topic: string;
  /** How long a publish may take, ms (PUBLISH_TIMEOUT_MS). */
  readonly timeoutMs: number;
  readonly capacity?: number;
}): MemoryPublisher {
  const { topic, timeoutMs, capacity = 10_000 } = options;
  const partitionOf = createPartitioner(PARTITIONS);
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => createPartition(partition));
  let behaviour: MemoryBehaviour = { kind: 'normal' };
  const underWay = new Set<Promise<Receipt>>();
  const listeners: ((receipt: Receipt, event: OrderEvent | undefined) => void)[] = [];
  let closed = false;

  function createPartition(partition: number) {
    const kept: KeptEvent[] = [];
    let nextOffset = 0n;
    let earliest = 0n;
    function append(event: TopicEvent): Receipt {
      const receipt: Receipt = { backend: 'memory', topic, partition, offset: String(nextOffset) };
      const ofOrder = event.type === 'orders.log.barrier.v1' ? undefined : event;
      nextOffset += 1n;
      if (ofOrder !== undefined) kept.push({ receipt, event: ofOrder });
      if (kept.length > capacity) earliest = BigInt(kept.shift()?.receipt.offset ?? 0) + 1n;
      for (const tell of listeners) tell(receipt, ofOrder);
      return receipt;
    }
    return { kept, append, bounds: () => ({ earliest, end: nextOffset }) };
  }

  async function publish(event: TopicEvent): Promise<Receipt> {
    const receipt = keep(event);
    underWay.add(receipt);
    try {
      return await receipt;
    } finally {
      underWay.delete(receipt);
    }
  }

  async function keep(event: TopicEvent): Promise<Receipt> {
    if (closed) throw refused('closed', 'The service is stopping and takes no more messages.');
    const now = behaviour;
    if (now.kind === 'refuse') throw refused('unreachable', 'The memory backend was told to refuse.');
    if (now.kind === 'slow') await sleep(Math.min(now.delayMs, timeoutMs));
    const receipt = append(event);
    if (now.kind === 'lose-ack' || (now.kind === 'slow' && now.delayMs >= timeoutMs)) throw ackLost(timeoutMs);
    return receipt;
  }

  function append(event: TopicEvent): Receipt {
    const isBarrier = event.type === 'orders.log.barrier.v1';
    const partition = partitions[isBarrier ? event.data.barrier.partition : partitionOf(event.subject)];
    if (partition === undefined) throw refused('backend_error', 'The memory backend has no such partition.');
    return partition.append(event);
  }

  function ready(): Promise<string> {
    return behaviour.kind === 'refuse'
      ? Promise.reject(refused('unreachable', 'The memory backend was told to refuse.'))
      : Promise.resolve('Messages are kept in this process only');
  }

  return {
    publish,
    ready,
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
    },
    events: () => partitions.flatMap(({ kept }) => kept),
    partitions: PARTITIONS,
    partitionOf,
    bounds: (partition) => partitions[partition]?.bounds() ?? { earliest: 0n, end: 0n },
    onAppend: (listener) => {
      listeners.push(listener);
    },
    behave: (next) => {
      behaviour = next;
    },
  };
}

function refused(reason: PublishError['reason'], message: string): PublishError {
  return new PublishError({ outcome: 'rejected', reason, retriable: true, message });
}

function ackLost(timeoutMs: number): PublishError {
  return new PublishError({
    outcome: 'unknown',
    reason: 'timeout',
    retriable: true,
    message: `The memory backend did not acknowledge the message within ${timeoutMs} ms (PUBLISH_TIMEOUT_MS).`,
  });
}
