import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAppFixture } from '../support/app-fixture.ts';
import { pointersOf } from '../support/http-client.ts';
import { anOrder } from '../support/orders.ts';

/** Values that are wrong for a field, whatever the others are; undefined leaves the field out. */
const ORDER_FAULTS = {
  orderId: [1, '-'],
  customerId: [1, '', undefined],
  totalAmount: ['1', -1, undefined],
  currency: [5, 'x'],
  tenantId: [null, '', undefined],
  channel: ['fax', 1, undefined],
  unknown: [1, null, {}],
};
const ITEM_FAULTS = {
  sku: ['', 1, undefined],
  quantity: [0, 1.5, '1', undefined],
  unitPrice: [-1, null, undefined],
  name: [1],
  unknown: [1, null, {}],
};

/** Some of the fields, each with one of its wrong values. */
function someOf(faults: Record<string, readonly unknown[]>): fc.Arbitrary<[name: string, value: unknown][]> {
  return fc
    .subarray(Object.entries(faults))
    .chain((chosen) =>
      fc.tuple(...chosen.map(([name, values]) => fc.tuple(fc.constant(name), fc.constantFrom(...values)))),
    );
}

test('whichever fields are wrong together, those and no others are pointed at', async () => {
  const { client } = await createAppFixture();
  const item = { sku: 'sku-1', quantity: 1, unitPrice: 1 };
  await fc.assert(
    fc.asyncProperty(
      someOf(ORDER_FAULTS),
      fc.array(someOf(ITEM_FAULTS), { minLength: 1, maxLength: 4 }),
      async (inOrder, inItems) => {
        const items = inItems.map((faults) => ({ ...item, ...Object.fromEntries(faults) }));
        const answer = await client.createOrder({ ...anOrder(), ...Object.fromEntries(inOrder), items });
        const expected = [
          ...inOrder.map(([name]) => `/${name}`),
          ...inItems.flatMap((faults, i) => faults.map(([name]) => `/items/${i}/${name}`)),
        ];
        if (expected.length === 0) expect(answer.status).toBe(202);
        else expect([answer.status, pointersOf(answer)]).toEqual([422, expected.sort()]);
      },
    ),
    { numRuns: 300 },
  );
});
