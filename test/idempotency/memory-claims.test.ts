import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { claimStoreContract } from './claim-store-contract.ts';
import { assertLikeModel } from './claim-store-model.ts';
import { memoryHarness } from './claims-harness.ts';

claimStoreContract('memory', () => Promise.resolve(memoryHarness()));

test('does what the model does', async () => {
  await assertLikeModel(memoryHarness(), 500);
});

test('holds no more keys than it may; those taken first go first', async () => {
  const { claims } = memoryHarness(3);
  const requests = Array.from({ length: 4 }, () => ({ keys: { request: randomUUID() }, fingerprint: 'as said' }));
  for (const request of requests) await claims.claim(request);
  const kinds = await Promise.all(requests.slice(1).map(async (request) => (await claims.claim(request)).kind));
  expect(kinds).toEqual(['held', 'held', 'held']);
  const [first = { keys: { request: '' }, fingerprint: '' }] = requests;
  await expect(claims.claim(first)).resolves.toMatchObject({ kind: 'mine' });
});
