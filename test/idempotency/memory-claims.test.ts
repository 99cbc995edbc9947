import { expect, test } from '@jest/globals';
import { claimStoreContract } from './claim-store-contract.ts';
import { assertLikeModel } from './claim-store-model.ts';
import { HOLD_MS, memoryHarness } from './claims-harness.ts';

claimStoreContract('memory', () => Promise.resolve(memoryHarness()));

test('does what the model does', async () => {
  await assertLikeModel(memoryHarness(), 500);
});

test('holds no more keys than it may: forgets those whose time is over first, else nobody gets one', async () => {
  const harness = memoryHarness(3);
  const claim = (request: string) => harness.claims.claim({ keys: { request }, fingerprint: '' });
  const kindOf = async (request: string) => (await claim(request)).kind;
  for (const request of ['a', 'b']) expect(await kindOf(request)).toBe('mine');
  await harness.pass(HOLD_MS);
  // Of a, b, c the first whose time is over is b: a has been taken once more. Of a, c, d there is none.
  for (const request of ['a', 'c', 'd']) expect(await kindOf(request)).toBe('mine');
  for (const request of ['a', 'c', 'd']) expect(await kindOf(request)).toBe('held');
  await expect(claim('b')).resolves.toEqual({ kind: 'wait', remainingMs: HOLD_MS });
});
