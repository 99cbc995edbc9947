/** The words of the innermost error, for the log; undefined where the error says all there is. */
export function causeOf(error: unknown): string | undefined {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error && at !== error ? at.message : undefined;
}
