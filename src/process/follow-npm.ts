/** How often the parent is looked for, ms. */
const EVERY_MS = 500;

/** Taken when this is loaded, before anything can have happened to it. */
const shell = process.ppid;

/**
 * npm starts scripts through a shell that dies of a SIGTERM without passing it on, which would leave this process behind
 * on its port. Under npm it stops in order when that shell is gone; elsewhere nothing is watched.
 */
export function followNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, EVERY_MS).unref();
}
