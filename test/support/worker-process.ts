import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess, type ChildProcess } from './child-process.ts';
import { get, until, type Answer } from './http.ts';
import { readNotes, type Note } from './worker-notes.ts';
import type { WorkerTopics } from './worker-topics.ts';

/** A worker in a process of its own. */
export interface WorkerProcess extends ChildProcess {
  /** Of its health; rejects when it ends before. */
  readonly url: Promise<string>;
  /** Resolves when it has partitions of its group, or knows that it gets none, and all of them are begun. */
  readonly ready: () => Promise<Answer>;
  /** The value of one of its gauges or counters without labels, as a scrape gives it. */
  metric(name: string): Promise<number>;
  /** SIGTERM; resolves with how it ended. */
  stop(): Promise<number | NodeJS.Signals>;
}

/** The workers of a test, and what they have written down. */
export interface WorkerTeam {
  /** The worker whose handlers write notes (test/worker/noting-worker.ts); `env` adds to the settings a test needs. */
  start(env?: Readonly<Record<string, string>>): WorkerProcess;
  /** `src/worker.ts`, as `npm run start:worker` does. */
  startPlain(env?: Readonly<Record<string, string>>): WorkerProcess;
  /** What was written so far, by whichever worker, also by those that are gone; of each worker in its order. */
  notes(): Promise<Note[]>;
  /** Kills those that still run, and removes their notes. */
  end(): Promise<void>;
}

/** Settings for a session of so many ms; a handler's time must fit into what is waited for when partitions move. */
export function sessionOf(ms: number): Readonly<Record<string, string>> {
  return { WORKER_SESSION_TIMEOUT_MS: String(ms), WORKER_HANDLER_TIMEOUT_MS: String(ms / 2) };
}

/** `bootstrap` leads to the brokers, or through a proxy. */
export async function createWorkerTeam(options: {
  readonly bootstrap: string;
  readonly topics: WorkerTopics;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<WorkerTeam> {
  const { bootstrap, topics, env: common = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), 'orders-worker-'));
  const workers: WorkerProcess[] = [];

  function startFrom(script: string, env: Readonly<Record<string, string>>): WorkerProcess {
    const name = `worker-${workers.length + 1}`;
    const notes = { NOTES_FILE: join(folder, `${name}.jsonl`), NOTES_WORKER: name };
    const settings = { HEALTH_PORT: '0', METRICS_PORT: '0', KAFKA_BROKERS: bootstrap, ...topics.env };
    const worker = withProbes(startProcess(script, { ...settings, ...notes, ...common, ...env }));
    workers.push(worker);
    return worker;
  }

  return {
    start: (env = {}) => startFrom('test/worker/noting-worker.ts', env),
    startPlain: (env = {}) => startFrom('src/worker.ts', env),
    notes: () => readNotes(folder),
    async end() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await rm(folder, { recursive: true });
    },
  };
}

function withProbes(child: ChildProcess): WorkerProcess {
  const consuming = child.waitForLine(({ message }) => message === 'consuming');
  const url = consuming.then((line) => String(line['url']));
  url.catch(() => undefined); // a test that expects no start need not look at it
  return {
    ...child,
    url,
    async ready() {
      const probed = `${await url}/readyz`;
      return until(
        () => get(probed),
        ({ body: { status } }) => status === 'ready',
      );
    },
    async metric(name) {
      const port = String((await consuming)['metricsPort']);
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1];
      if (value === undefined) throw new Error(`there is no ${name} in ${text}`);
      return Number(value);
    },
    async stop() {
      await consuming; // before that a signal ends it as it ends any process, and there is nothing to stop in order
      child.signal('SIGTERM');
      return child.ended;
    },
  };
}
