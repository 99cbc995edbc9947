/** A real Redis or Valkey for tests and tools. It ends with the process that started it. */
import { mkdtemp, readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { type HeldProcess, openHolder } from '../kafka/holder.ts';
import { isOnPath } from '../kafka/java-runtime.ts';
import { freePorts } from '../kafka/ports.ts';
import { lastLines } from '../kafka/text.ts';

/** A server on 127.0.0.1. */
export interface RedisServer {
  /** With the password if there is one. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the process is gone. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Once more, with the same data on the same port. Settles when commands are answered. */
  start(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Settings by their names in redis.conf. */
export type RedisSettings = Readonly<Record<string, string>>;

/** Nothing that was acknowledged is ever lost. */
const DURABLE: RedisSettings = {
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  save: '',
};

const READY_WITHIN_MS = 15_000;

/** Whether there is a program to run. */
export async function detectRedis(): Promise<boolean> {
  return (await findProgram()) !== undefined;
}

async function findProgram(): Promise<string | undefined> {
  for (const name of ['redis-server', 'valkey-server']) if (await isOnPath(name)) return name;
  return undefined;
}

/**
 * Settles when commands are answered. `settings` come on top of those that let nothing be lost.
 * @throws Error when there is no program to run, or it is not ready in 15 s (with the end of its log).
 */
export async function startRedisServer(options: { readonly settings?: RedisSettings } = {}): Promise<RedisServer> {
  const program = await findProgram();
  if (program === undefined) throw new Error('Neither redis-server nor valkey-server is on the path: install one.');
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'orders-redis-')));
  const [port = 0] = await freePorts(1);
  const settings: RedisSettings = {
    ...DURABLE,
    ...options.settings,
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
  };
  const password = settings['requirepass'];
  const url = `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, ...argumentsOf(name, value)]);
  const logFile = join(folder, 'server.log');
  const holder = openHolder(folder, []);
  let current: HeldProcess | undefined;

  function running(): HeldProcess {
    if (current?.running !== true) throw new Error('The Redis server is not running.');
    return current;
  }

  async function start(): Promise<void> {
    if (current?.running === true) throw new Error('The Redis server is running already.');
    current = await holder.start({ file: program ?? '', args }, { cwd: folder, logFile });
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(url))) {
      if (current.running && Date.now() < deadline) await sleep(20);
      else
        throw new Error(`Redis is not ready. The end of its log:\n${lastLines(await readFile(logFile, 'utf8'), 15)}`);
    }
  }

  try {
    await start();
  } catch (error) {
    await holder.close();
    throw error;
  }
  return {
    url,
    port,
    start,
    get pid() {
      return running().pid;
    },
    async kill(signal = 'SIGKILL') {
      const { pid, ended } = running();
      process.kill(pid, signal);
      await ended;
    },
    pause: () => void process.kill(running().pid, 'SIGSTOP'),
    resume: () => void process.kill(running().pid, 'SIGCONT'),
    stop: () => holder.close(),
  };
}

/** A value of several words is several arguments; an empty one is one. */
function argumentsOf(name: string, value: string): string[] {
  return name === 'rename-command' ? [...value.split(' '), ''].slice(0, 2) : [value];
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, RESP: 2, disableClientInfo: true, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined); // told by the promises, too
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false; // not up, or still loading
  } finally {
    client.destroy();
  }
}
