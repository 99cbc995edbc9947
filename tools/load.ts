import { spawn, spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run load -- --rps 100 --duration 60s --url … --key …`: runs load/smoke.js with k6, or says how to get k6. */
const { values } = parseArgs({
  options: {
    rps: { type: 'string', default: '100' },
    duration: { type: 'string', default: '60s' },
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    key: { type: 'string', default: process.env['API_KEY'] ?? 'dev-key' },
  },
});

if (spawnSync('k6', ['version']).error !== undefined) {
  process.stderr.write(
    'k6 is not on the PATH. Get it from https://grafana.com/docs/k6/latest/set-up/install-k6/ or with\n' +
      '  go install go.k6.io/k6@v1.8.1\n',
  );
  process.exit(1);
}

const settings = { URL: values.url, API_KEY: values.key, RPS: values.rps, DURATION: values.duration };
const run = spawn('k6', ['run', 'load/smoke.js'], { stdio: 'inherit', env: { ...process.env, ...settings } });
run.on('close', (code) => process.exit(code ?? 1));
