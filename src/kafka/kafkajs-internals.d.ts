/** What is used of the inside of kafkajs 2.2.4, which is pinned and has no later release: one class, untyped by the package. */
declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaConfig } from 'kafkajs';

  interface InternalLogger {
    namespace(name: string): InternalLogger;
    debug(message: string, extra?: object): void;
    info(message: string, extra?: object): void;
    warn(message: string, extra?: object): void;
    error(message: string, extra?: object): void;
  }

  interface InternalMessage {
    readonly offset: string;
    /** ms since the epoch */
    readonly timestamp: string;
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly headers: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>> | undefined;
    /** A transaction's marker. */
    readonly isControlRecord?: boolean;
  }

  interface InternalBroker {
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
      readonly responses: readonly {
        readonly partitions: readonly {
          readonly partition: number;
          readonly highWatermark: string;
          readonly messages: readonly InternalMessage[];
        }[];
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
