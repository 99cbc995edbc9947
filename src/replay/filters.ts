/** What a dead letter can be chosen by, whichever kind it is. */
export interface LetterFacts {
  /** When it was set aside, ms since the epoch; NaN where it does not say. */
  readonly time: number;
  readonly reason: string;
  /** The event's ce_type; empty where it has none. */
  readonly type: string;
  readonly orderId: string;
  /** `partition/offset`, each of them; none for a letter that stands on no topic. */
  readonly places: readonly string[];
}

/** Which letters are meant: each condition that is given must hold, one of its values is enough. */
export interface Filters {
  readonly reasons?: readonly string[] | undefined;
  /** ms since the epoch, inclusive. */
  readonly since?: number | undefined;
  /** ms since the epoch, exclusive. */
  readonly until?: number | undefined;
  readonly orders?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly places?: readonly string[] | undefined;
}

/** Whether a letter is meant. One that does not say when it was set aside is never within a stretch of time. */
export function fits(filters: Filters, letter: LetterFacts): boolean {
  const { reasons, since, until, orders, types, places } = filters;
  return (
    (reasons?.includes(letter.reason) ?? true) &&
    (since === undefined || letter.time >= since) &&
    (until === undefined || letter.time < until) &&
    (orders?.includes(letter.orderId) ?? true) &&
    (types?.includes(letter.type) ?? true) &&
    (places === undefined || letter.places.some((place) => places.includes(place)))
  );
}
