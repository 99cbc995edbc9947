import { PublishError } from '../publishing/publish-error.ts';

/** Runs what is asked, or refuses it. */
export type InFlightLimit = <Result>(run: () => Promise<Result>) => Promise<Result>;

/**
 * Refuses at once what would be more than `limit` requests under way (MAX_IN_FLIGHT), those that wait for another's outcome
 * included, so that memory stays bounded; `onShed` hears of each. Nothing of a refused one is stored.
 */
export function createInFlightLimit(limit: number, onShed: () => void): InFlightLimit {
  let inFlight = 0;
  return async (run) => {
    if (inFlight >= limit) {
      onShed();
      throw new PublishError({
        outcome: 'rejected',
        reason: 'overloaded',
        retriable: true,
        message: `The limit of requests under way at once is reached: ${limit} (MAX_IN_FLIGHT).`,
      });
    }
    inFlight += 1;
    try {
      return await run();
    } finally {
      inFlight -= 1;
    }
  };
}
