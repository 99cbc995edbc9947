import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { KafkaProxy } from '../support/kafka-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import type { ArmMessage, Edge } from './edges.ts';

/** A replica as the harness has it in hand: its process, and its ways to what it needs. */
export interface Replica {
  /** From 1. */
  readonly number: number;
  /** The same over restarts. */
  readonly port: number;
  /** Its way to the brokers, and to Redis if it has one. */
  readonly proxy: KafkaProxy;
  readonly redisProxy: TcpProxy | undefined;
  /** Settles when it serves. Tries again where it ends before; rejects when it does not serve within 60 s. */
  start(): Promise<void>;
  /** SIGKILL; settles when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; settles when it is gone, with false where that took too long and it had to be killed. */
  stop(): Promise<boolean>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Settles when it is gone: with true when it died at that edge, with false when it came by none in time and was killed. */
  dieAt(edge: Edge): Promise<boolean>;
  /** Settles when it has frozen at that edge and goes on, `ms` later; with false when it came by none in time. */
  freezeAt(edge: Edge, ms: number): Promise<boolean>;
  /** How often it ended by itself: before it served, and afterwards. */
  readonly failures: { readonly starts: number; readonly crashes: readonly string[] };
}

const READY_WITHIN_MS = 60_000;
const EDGE_WITHIN_MS = 10_000;
const START_AGAIN_AFTER_MS = 500;

/** What a replica is made with. */
export interface ReplicaOptions {
  readonly number: number;
  readonly port: number;
  readonly proxy: KafkaProxy;
  readonly redisProxy: TcpProxy | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Its stdout and stderr are appended to it. */
  readonly logFile: string;
  /** How long an orderly stop may take, ms. */
  readonly stopWithinMs: number;
  /** Told of each process that starts and ends. */
  readonly onPid: (pid: number, runs: boolean) => void;
}

/** A replica that does not run yet. */
export function createReplica(options: ReplicaOptions): Replica {
  const { number, port, proxy, redisProxy, env, logFile, stopWithinMs, onPid } = options;
  const crashes: string[] = [];
  let starts = 0;
  let child: ChildProcess | undefined;
  let gone: Promise<unknown> = Promise.resolve();
  /** Counts what was asked for: who waits for something older gives up. */
  let wish = 0;

  function launch(): { ready: Promise<boolean>; ended: Promise<string> } {
    const log = openSync(logFile, 'a');
    const launched = fork(fileURLToPath(new URL('replica.ts', import.meta.url)), {
      env: { PATH: process.env['PATH'], ...env },
      execArgv: [], // not this process's: a test runner's would be wrong there
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    child = launched;
    const pid = launched.pid ?? 0;
    onPid(pid, true);
    const ended = once(launched, 'exit').then(([code, signal]: (number | string | null)[]) => {
      onPid(pid, false);
      return String(code ?? signal);
    });
    gone = ended;
    const ready = Promise.race([once(launched, 'message').then(() => true), ended.then(() => false)]);
    return { ready, ended };
  }

  async function start(): Promise<void> {
    const mine = (wish += 1);
    const deadline = performance.now() + READY_WITHIN_MS;
    while (mine === wish) {
      const { ready, ended } = launch();
      if (await within(ready, deadline - performance.now())) {
        void ended.then((how) => {
          if (mine !== wish) return;
          crashes.push(`replica ${number} ended by itself (${how}) at ${new Date().toISOString()}`);
          void start().catch(() => undefined); // who waits for it next is told
        });
        return;
      }
      if (mine !== wish) return;
      starts += 1;
      if (performance.now() > deadline) throw new Error(`Replica ${number} does not start; see ${logFile}.`);
      await sleep(START_AGAIN_AFTER_MS);
    }
  }

  async function kill(): Promise<void> {
    wish += 1;
    child?.kill('SIGKILL');
    await gone;
  }

  function arm(message: ArmMessage): void {
    child?.send(message, () => undefined); // it may be ending
  }

  const goneWithin = (ms: number) =>
    within(
      gone.then(() => true),
      ms,
    );

  return {
    number,
    port,
    proxy,
    redisProxy,
    start,
    kill,
    async stop() {
      wish += 1;
      child?.kill('SIGTERM');
      const inTime = await goneWithin(stopWithinMs);
      if (!inTime) await kill();
      return inTime;
    },
    signal: (signal) => child?.kill(signal),
    async dieAt(edge) {
      wish += 1;
      arm({ edge, signal: 'SIGKILL' });
      const died = await goneWithin(EDGE_WITHIN_MS);
      if (!died) await kill();
      return died;
    },
    async freezeAt(edge, ms) {
      const target = child;
      const frozen = new Promise<boolean>((resolve) => {
        target?.once('message', () => {
          setTimeout(() => resolve(target.kill('SIGCONT')), ms);
        });
      });
      arm({ edge, signal: 'SIGSTOP' });
      const inTime = await within(frozen, EDGE_WITHIN_MS + ms);
      if (!inTime) arm({ signal: 'SIGSTOP' });
      return inTime;
    },
    get failures() {
      return { starts, crashes };
    },
  };
}

/** False where that takes longer. */
function within(done: Promise<boolean>, ms: number): Promise<boolean> {
  return Promise.race([done, sleep(Math.max(0, ms), false, { ref: false })]);
}
