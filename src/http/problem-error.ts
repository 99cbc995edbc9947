import type { ProblemType } from './problems.ts';

/** One thing that does not fit the contract, and where. */
export interface PointedError {
  /** JSON Pointer (RFC 6901) */
  readonly pointer: string;
  readonly message: string;
}

/** What a problem carries beside its description. */
export interface ProblemExtras {
  readonly errors?: readonly PointedError[];
  /** Seconds; also the Retry-After header. */
  readonly retryAfter?: number;
  /** Methods for the Allow header. */
  readonly allow?: string;
}

/** An error the HTTP edge has already put into the words of the problem table. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly type: ProblemType;
  readonly extras: ProblemExtras;

  constructor(type: ProblemType, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.type = type;
    this.extras = extras;
  }
}
