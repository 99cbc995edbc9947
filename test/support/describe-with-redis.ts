import { describe, test } from '@jest/globals';
import { detectRedis } from '../../tools/redis/redis-server.ts';

const found = await detectRedis();
const reason = 'Neither redis-server nor valkey-server is on the path.';
if (!found && process.env['CI'] === 'true') throw new Error(`With CI=true nothing may be skipped, but: ${reason}`);

/** A suite that starts Redis servers of its own: skipped aloud where there is none (with CI=true an error). */
export function describeWithRedis(name: string, suite: () => void): void {
  if (found) {
    describe(name, suite);
    return;
  }
  console.warn(`\nSKIPPED: ${name}. ${reason}\n`);
  describe.skip(name, () => test('needs a real Redis', () => undefined));
}
