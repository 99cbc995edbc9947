/** npm passes on a Ctrl-C that the process has had from the terminal already, ms. */
const SAME_PRESS_MS = 1_000;

/**
 * Asks the replay to stop at the first SIGINT or SIGTERM; a second one, later, ends the process at once, which loses nothing
 * either.
 */
export function stopOnSignals(
  say: (line: string) => void,
  { now = () => performance.now(), exit = (code: number): void => process.exit(code) } = {},
): AbortSignal {
  const stopping = new AbortController();
  let asked = 0;
  const onSignal = (): void => {
    if (!stopping.signal.aborted) {
      asked = now();
      stopping.abort();
      say('Stopping after what is under way; Ctrl-C again ends at once.');
    } else if (now() - asked > SAME_PRESS_MS) exit(1);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stopping.signal;
}
