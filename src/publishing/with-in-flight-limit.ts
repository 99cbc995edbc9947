import { PublishError } from './publish-error.ts';
import type { EventPublisher } from './publisher.ts';

/** Refuses at once what would be more than `limit` publishes under way (MAX_IN_FLIGHT), so that memory stays bounded; `onShed` hears of each. */
export function withInFlightLimit(publisher: EventPublisher, limit: number, onShed: () => void): EventPublisher {
  let inFlight = 0;
  return {
    ...publisher,
    async publish(event) {
      if (inFlight >= limit) {
        onShed();
        throw new PublishError({
          outcome: 'rejected',
          reason: 'overloaded',
          retriable: true,
          message: `The limit of messages under way at once is reached: ${limit} (MAX_IN_FLIGHT).`,
        });
      }
      inFlight += 1;
      try {
        return await publisher.publish(event);
      } finally {
        inFlight -= 1;
      }
    },
  };
}
