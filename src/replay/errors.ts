/** The command line is not one of those in the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What keeps a replay from going on, in one line for a person: what happened, and what to do. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** Another replay of the same topic has begun, and this one may not write any more. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}
