/**
 * A process that outlives the harness by a moment: when the harness is gone, in whatever way, it kills the replicas that
 * cannot notice it themselves because they are frozen. It is sent `[pid, true]` for each that runs and `[pid, false]` for
 * each that has ended.
 */
const running = new Set<number>();

process.on('message', (message) => {
  const [pid, runs] = message as [number, boolean];
  if (runs) running.add(pid);
  else running.delete(pid);
});

process.on('disconnect', () => {
  for (const pid of running) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
  process.exit(0);
});

// Ctrl-C in a terminal goes to the whole group; this one stays for the harness' end.
process.on('SIGINT', () => undefined);
