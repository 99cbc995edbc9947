import { PublishError } from './publish-error.ts';
import type { EventPublisher } from './publisher.ts';

/** Refuses at once what would be more than `limit` publishes under way (MAX_IN_FLIGHT), so that memory stays bounded. */
export function withInFlightLimit(publisher: EventPublisher, limit: number): EventPublisher {
  let inFlight = 0;
  return {
    ...publisher,
    async publish(event) {
      if (inFlight >= limit) {
        throw new PublishError({
          outcome: 'rejected',
          reason: 'overloaded',
          retriable: true,
          message: `${limit} messages are under way already (MAX_IN_FLIGHT).`,
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
