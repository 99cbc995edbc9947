import { afterAll, beforeAll, test } from '@jest/globals';
import { startRedisServer, type RedisServer } from '../../tools/redis/redis-server.ts';
import { describeWithRedis } from '../support/describe-with-redis.ts';
import { claimStoreContract } from './claim-store-contract.ts';
import { assertLikeModel } from './claim-store-model.ts';
import { redisHarness } from './claims-harness.ts';

describeWithRedis('claims in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  claimStoreContract('redis', () => redisHarness(server.url));

  test('does what the model does', async () => {
    const harness = await redisHarness(server.url);
    await assertLikeModel(harness, 50).finally(() => harness.close());
  });
});
