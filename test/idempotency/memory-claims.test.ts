import { expect, test } from '@jest/globals';
import { claimStoreContract } from './claim-store-contract.ts';
import { assertLikeModel } from './claim-store-model.ts';
import { HOLD_MS, memoryHarness } from './claims-harness.ts';

claimStoreContract('memory', () => Promise.resolve(memoryHarness()));

test('does what the model does', async () => {
  await assertLikeModel(memoryHarness(), 500);
});

test('holds no more keys than it may; those taken first go first', async () => {
  const harness = memoryHarness(3);
  const kindOf = async (request: string) => (await harness.claims.claim({ keys: { request }, fingerprint: '' })).kind;
  for (const request of ['a', 'b', 'c']) expect(await kindOf(request)).toBe('mine');
  await harness.pass(HOLD_MS);
  for (const request of ['a', 'd']) expect(await kindOf(request)).toBe('mine');
  // b, whose time was over first, has gone; a was taken once more after it.
  for (const request of ['a', 'd']) expect(await kindOf(request)).toBe('held');
});
