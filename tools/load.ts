import { spawn, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run load -- --rps 100 --duration 60s --url … --key …`: runs load/smoke.js with k6, or says how to get k6. */
const USAGE = 'Usage: npm run load -- [--rps 100] [--duration 60s] [--url http://127.0.0.1:8080] [--key API_KEY]';

interface Settings {
  readonly rps: string;
  readonly duration: string;
  readonly url: string;
  readonly key: string;
}

/** @throws Error with one line for the user. */
function readArguments(): Settings | undefined {
  const { values } = parseArgs({
    options: {
      rps: { type: 'string', default: '100' },
      duration: { type: 'string', default: '60s' },
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      key: { type: 'string', default: process.env['API_KEY'] ?? 'dev-key' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values.help ? undefined : values;
}

/** k6 would fail each of thousands of requests for the same reason, and not say which. */
async function checkApi({ url, key }: Settings): Promise<void> {
  const answer = await fetch(`${url}/orders?limit=1`, { headers: { 'X-API-Key': key } }).catch((error: unknown) => {
    throw new Error(`There is no API at ${url}: start it, or say where with --url.`, { cause: error });
  });
  if (answer.status === 401) throw new Error('The API does not know this key: give it with --key, or in API_KEY.');
  if (!answer.ok) throw new Error(`GET ${url}/orders answers ${answer.status}: is this the Orders API?`);
}

function runK6({ url, key, rps, duration }: Settings): void {
  const settings = { URL: url, API_KEY: key, RPS: rps, DURATION: duration };
  const run = spawn('k6', ['run', 'load/smoke.js'], { stdio: 'inherit', env: { ...process.env, ...settings } });
  // Ctrl-C goes to k6, too, which then prints its summary: that is waited for.
  process.on('SIGINT', () => undefined);
  run.on('close', (code) => process.exit(code ?? 1));
}

try {
  const settings = readArguments();
  if (settings === undefined) process.stdout.write(`${USAGE}\n`);
  else {
    if (spawnSync('k6', ['version']).error !== undefined)
      throw new Error(
        'k6 is not on the PATH. Get it from https://grafana.com/docs/k6/latest/set-up/install-k6/ or with\n' +
          '  go install go.k6.io/k6@v1.8.1',
      );
    await checkApi(settings);
    runK6(settings);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 1;
}
