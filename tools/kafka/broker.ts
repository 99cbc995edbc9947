/** One broker of a cluster: its files, its start, and what can be done to it. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterConfig, type NodeConfig, serverProperties } from './broker-config.ts';
import type { HeldProcess, Holder } from './holder.ts';
import { brokerArguments, formatArguments, READY_LINE, type Tuning } from './jvm.ts';
import type { Runtime } from './runtime-types.ts';
import { lastLines } from './text.ts';

const READY_WITHIN_MS = 90_000;

/** What every broker of a cluster is made from. */
export interface BrokerSetup {
  readonly runtime: Runtime;
  readonly holder: Holder;
  readonly config: ClusterConfig;
  readonly clusterId: string;
  readonly log4jFile: string;
  readonly heapMb: number;
  readonly tuning: Tuning;
  /** Told of an end that nobody asked for. */
  readonly log: (line: string) => void;
}

/** A broker whose storage is formatted. */
export interface Broker {
  readonly pid: number;
  readonly running: boolean;
  /** Running and not paused. */
  readonly answering: boolean;
  /** Settles when clients are answered. @throws Error with the last log lines when it is not ready in 90 s. */
  start(): Promise<void>;
  /** Settles when the JVM is gone. */
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Writes the broker's files to `folder` and formats its storage. */
export async function prepareBroker(
  setup: BrokerSetup,
  node: Omit<NodeConfig, 'dataDir'>,
  folder: string,
): Promise<Broker> {
  const { runtime, holder, config, clusterId, log4jFile, heapMb, tuning, log } = setup;
  const name = `broker-${node.id}`;
  const write = async (file: string, text: string) => {
    await writeFile(join(folder, file), text, { mode: 0o600 });
    return join(folder, file);
  };
  await mkdir(folder, { mode: 0o700 });
  const propertiesFile = await write(
    'server.properties',
    serverProperties(config, { ...node, dataDir: join(folder, 'data') }),
  );
  const paths = { jars: runtime.jars, log4jFile, tempDir: folder, propertiesFile };
  const startFile = await write('start.args', brokerArguments(paths, heapMb, tuning));

  const run = (label: string, argumentFile: string, logFile: string): Promise<HeldProcess> =>
    holder.start(runtime.command(label, argumentFile), { cwd: folder, logFile });

  const format = async () => {
    const formatFile = await write('format.args', formatArguments(paths, clusterId, config.security));
    const logFile = join(folder, 'format.log');
    const { how, code } = await (await run(`${name}-format`, formatFile, logFile)).ended;
    await rm(formatFile);
    if (code !== 0) throw await failure(`could not format its storage (${how})`, logFile);
  };

  const failure = async (what: string, logFile: string): Promise<Error> => {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    const taken = /address already in use|BindException/i.test(text)
      ? ' Another process took one of its ports: start again.'
      : '';
    return new Error(`Kafka broker ${node.id} ${what}.${taken} The end of its log:\n${lastLines(text, 15)}`);
  };

  let current: HeldProcess | undefined;
  let starts = 0;
  let expected = false;
  let paused = false;

  const require = (): HeldProcess => {
    if (!current?.running) throw new Error(`Kafka broker ${node.id} is not running.`);
    return current;
  };

  const start = async () => {
    if (current?.running) throw new Error(`Kafka broker ${node.id} is running already.`);
    starts += 1;
    const logFile = join(folder, `start-${starts}.log`);
    const started = await run(name, startFile, logFile);
    current = started;
    expected = false;
    paused = false;
    let ready = false;
    void started.ended.then(async ({ how, closed }) => {
      if (ready && !expected && !closed) log((await failure(`ended unexpectedly (${how})`, logFile)).message);
    });
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await readFile(logFile, 'utf8')).includes(READY_LINE)) {
      if (!started.running) throw await failure(`ended while it started (${(await started.ended).how})`, logFile);
      if (Date.now() > deadline) throw await failure(`was not ready in ${READY_WITHIN_MS / 1000} s`, logFile);
      await sleep(50);
    }
    ready = true;
  };

  await format();
  return {
    get pid() {
      return current?.pid ?? 0;
    },
    get running() {
      return current?.running ?? false;
    },
    get answering() {
      return current?.running === true && !paused;
    },
    start,
    kill: async (signal) => {
      const { pid, ended } = require();
      expected = true;
      await runtime.signal(name, pid, signal);
      await ended;
    },
    pause: async () => {
      await runtime.signal(name, require().pid, 'SIGSTOP');
      paused = true;
    },
    resume: async () => {
      await runtime.signal(name, require().pid, 'SIGCONT');
      paused = false;
    },
  };
}
