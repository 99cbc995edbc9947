import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { describeWithRedis } from '../support/describe-with-redis.ts';

const OWNER = `
const { startRedisServer } = await import('./tools/redis/redis-server.ts');
const { pid } = await startRedisServer();
console.log(pid);
setInterval(() => undefined, 1_000);
`;

describeWithRedis('a Redis for tests', () => {
  test('ends with the process that started it, also where that is killed', async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(String(line));
    expect(isThere(pid)).toBe(true);
    owner.kill('SIGKILL');
    for (let i = 0; i < 250 && isThere(pid); i += 1) await sleep(20);
    expect(isThere(pid)).toBe(false);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
