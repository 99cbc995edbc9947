/** `npm run chaos`: the service under faults, and its ledger. Exit code 1 when something was lost, doubled or said wrongly. */
import { parseArgs } from 'node:util';
import { followNpm } from '../../src/process/follow-npm.ts';
import { startCluster } from '../../tools/kafka/cluster.ts';
import { runChaos } from './chaos.ts';
import { kindsFor } from './fault-kinds.ts';
import { reportOf } from './report.ts';

const USAGE =
  'Usage: npm run chaos -- [--minutes N | --seconds N] [--seed N] [--replicas N] [--store redis|memory] [--rate N] [--clients N]';

interface Arguments {
  readonly durationMs: number;
  readonly seed: number;
  readonly replicas: number;
  readonly store: 'redis' | 'memory';
  readonly rate: number;
  readonly clients: number;
}

/** @throws Error with one line for the user. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '2' },
      seconds: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      replicas: { type: 'string', default: '3' },
      store: { type: 'string', default: 'redis' },
      rate: { type: 'string', default: '150' },
      clients: { type: 'string', default: '256' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const { store } = values;
  if (store !== 'redis' && store !== 'memory') throw new Error('--store is redis or memory.');
  const number = (name: 'minutes' | 'seconds' | 'seed' | 'replicas' | 'rate' | 'clients'): number => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} is a number above 0.`);
    return value;
  };
  return {
    durationMs: values.seconds === undefined ? number('minutes') * 60_000 : number('seconds') * 1_000,
    seed: number('seed'),
    replicas: number('replicas'),
    store,
    rate: number('rate'),
    clients: number('clients'),
  };
}

let args: Arguments;
try {
  args = readArguments();
} catch (error) {
  console.error(`${(error as Error).message.split('\n')[0]} ${USAGE}`);
  process.exit(2);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
followNpm();
const began = performance.now();
const log = (line: string): void => {
  console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
};
log(`seed ${args.seed}`);
const cluster = await startCluster({ brokers: 3, sessionTimeoutMs: 2_000, log });
try {
  const options = { ...args, cluster, kinds: kindsFor(args.store), pauseMs: [1_000, 5_000] as const, log };
  const result = await runChaos(options);
  console.log(reportOf(options, result));
  process.exitCode = result.clean ? 0 : 1;
} finally {
  await cluster.stop();
}
