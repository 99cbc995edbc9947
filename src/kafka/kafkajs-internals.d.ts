/** What is used of the inside of kafkajs 2.2.4, which is pinned and has no later release: untyped by the package. */
declare module 'kafkajs/src/consumer/filterAbortedMessages.js' {
  import type { InternalFetchedPartition, InternalMessage } from 'kafkajs/src/cluster/index.js';

  /** The messages that were not part of an aborted transaction. */
  export default function filterAbortedMessages(
    fetched: Pick<InternalFetchedPartition, 'messages' | 'abortedTransactions'>,
  ): readonly InternalMessage[];
}

declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaConfig } from 'kafkajs';

  interface InternalLogger {
    namespace(name: string): InternalLogger;
    debug(message: string, extra?: object): void;
    info(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
  }

  export interface InternalMessage {
    readonly offset: string;
    /** ms since the epoch */
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers:
      Readonly<Record<string, Buffer | string | null | undefined | (Buffer | string | null | undefined)[]>> | undefined;
    /** A transaction's marker. */
    readonly isControlRecord?: boolean;
  }

  export interface InternalFetchedPartition {
    readonly partition: number;
    readonly highWatermark: string;
    readonly messages: readonly InternalMessage[];
    /** Null unless only what is committed was asked for. */
    readonly abortedTransactions: readonly unknown[] | null;
  }

  export interface InternalBroker {
    fetch(request: {
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      /** 0: everything up to the high watermark; 1: only what is committed. */
      readonly isolationLevel: 0 | 1;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly fetchOffset: string;
          readonly maxBytes: number;
        }[];
      }[];
    }): Promise<{
      readonly responses: readonly { readonly partitions: readonly InternalFetchedPartition[] }[];
    }>;
    /** Rejects with CONCURRENT_TRANSACTIONS while an earlier transaction of the same id is being ended. */
    initProducerId(request: {
      readonly transactionalId: string;
      /** ms */
      readonly transactionTimeout: number;
    }): Promise<unknown>;
    /** `offset` -1: nothing was ever committed. */
    offsetFetch(request: {
      readonly groupId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
      }[];
    }): Promise<{
      readonly responses: readonly {
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }>;
  }

  export default class Cluster {
    constructor(
      options: KafkaConfig & {
        readonly logger: InternalLogger;
        readonly metadataMaxAge: number;
        readonly allowAutoTopicCreation: boolean;
        readonly maxInFlightRequests: number;
        readonly isolationLevel: 0 | 1;
      },
    );
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
    findBroker(options: { readonly nodeId: number }): Promise<InternalBroker>;
    /** `coordinatorType`: 0 of a consumer group, 1 of a transactional id. */
    findGroupCoordinator(options: {
      readonly groupId: string;
      readonly coordinatorType: 0 | 1;
    }): Promise<InternalBroker>;
    /** `fromTimestamp`: ms since the epoch, -1 for the end, -2 for the beginning. */
    fetchTopicsOffset(
      topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number }[];
        readonly fromTimestamp: number;
      }[],
    ): Promise<readonly { readonly partitions: readonly { readonly partition: number; readonly offset: string }[] }[]>;
  }
}
