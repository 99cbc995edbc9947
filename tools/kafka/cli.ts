/** `npm run kafka`: a local Kafka until Ctrl-C, with the environment to use it. */
import { parseArgs } from 'node:util';
import { followNpm } from '../../src/process/follow-npm.ts';
import { startCluster } from './cluster.ts';
import { isFree } from './ports.ts';
import { usageText } from './usage-text.ts';

const USUAL_PORT = 9092;
const USAGE = 'Usage: npm run kafka -- [--brokers 1|3] [--secure] [--port N]';

interface Arguments {
  readonly brokers: 1 | 3;
  readonly secure: boolean;
  readonly port?: number;
}

/** @throws Error with one line for the user. */
function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string', default: '1' },
      secure: { type: 'boolean', default: false },
      port: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (values.brokers !== '1' && values.brokers !== '3') throw new Error('--brokers is 1 or 3.');
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new Error('--port is 1 to 65535.');
  return { brokers: values.brokers === '3' ? 3 : 1, secure: values.secure, ...(port === undefined ? {} : { port }) };
}

async function choosePort(wanted: number | undefined): Promise<{ port?: number }> {
  if (wanted !== undefined) return { port: wanted };
  if (await isFree(USUAL_PORT)) return { port: USUAL_PORT };
  console.log(`Port ${USUAL_PORT} is taken: using a free one.`);
  return {};
}

let args: Arguments;
try {
  args = readArguments();
} catch (error) {
  console.error(`${(error as Error).message.split('\n')[0]} ${USAGE}`);
  process.exit(2);
}

// Until the cluster is up a signal just ends this process; what it has started ends with it.
let stop = (): Promise<void> => Promise.resolve();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void stop().then(() => process.exit(0)));
}

followNpm();
try {
  const { port, ...rest } = args;
  const cluster = await startCluster({ ...rest, ...(await choosePort(port)), tuning: 'throughput', log: console.log });
  stop = () => cluster.stop();
  console.log(usageText(cluster));
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
