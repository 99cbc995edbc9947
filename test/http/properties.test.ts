import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toRecord } from '../../src/publishing/kafka/cloud-event-record.ts';
import { createAppFixture, type AppFixture } from '../support/app-fixture.ts';
import { assertEventContract } from '../support/event-contract.ts';
import { trackingOf } from '../support/http-client.ts';
import { anOrder, anyOrder } from '../support/orders.ts';

let fixture: AppFixture;
beforeAll(async () => {
  fixture = await createAppFixture();
});

let orders = 0;

test('every valid order is accepted, and its event is that order, on the event contract', async () => {
  await fc.assert(
    fc.asyncProperty(anyOrder, async (drawn) => {
      // An order is taken once, so each has a name of its own.
      const order =
        drawn.orderId === undefined ? drawn : { ...drawn, orderId: `${(orders += 1)}-${drawn.orderId}`.slice(0, 64) };
      const tracking = trackingOf(await fixture.client.createOrder(order));
      const kept = fixture.publisher.events().find(({ event }) => event.id === tracking.eventId);
      if (kept === undefined) throw new Error('the event is not there');
      expect(kept.event.data).toMatchObject({ schemaVersion: '1.0' });
      expect('order' in kept.event.data && kept.event.data.order).toEqual({
        ...order,
        orderId: order.orderId ?? tracking.orderId,
        currency: order.currency ?? 'USD',
      });
      const { key, value, headers, timestamp } = toRecord(kept.event);
      assertEventContract({ key, value: String(value), headers, timestamp: Number(timestamp) });
    }),
    { numRuns: 150 },
  );
});

const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue() as fc.Arbitrary<unknown>,
  fc.constantFrom(null, '', [], {}, -1, 1e308, Number.MIN_VALUE, 2 ** 53, '\u0000', '\ud800', '__proto__'),
);

/** One member or element somewhere in `value` is another, is gone, or has a new neighbour. */
function mutate(value: unknown, path: readonly number[], change: unknown, name: string): unknown {
  const [turn, ...rest] = path;
  if (turn === undefined || typeof value !== 'object' || value === null) return change;
  if (Array.isArray(value)) {
    const at = turn % (value.length + 1);
    return [
      ...(value.slice(0, at) as unknown[]),
      mutate(value[at], rest, change, name),
      ...(value.slice(at + 1) as unknown[]),
    ];
  }
  const members = Object.entries(value as Record<string, unknown>);
  const at = turn % (members.length + 2);
  const [key, inner] = members[at] ?? [name, undefined];
  // Beyond the members: one is added, or the first is left out.
  if (at > members.length) return Object.fromEntries(members.slice(1));
  return Object.fromEntries([...members.filter(([other]) => other !== key), [key, mutate(inner, rest, change, name)]]);
}

test('whatever is done to a valid order, the answer is on the contract and no 500', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 4 }), strange, fc.string(), async (path, change, name) => {
      const order = mutate(anOrder({ orderId: 'x', currency: 'EUR' }), path, change, name);
      const { status } = await fixture.client.createOrder(JSON.stringify(order));
      expect([202, 409, 422]).toContain(status);
    }),
    { numRuns: 300 },
  );
});

test('whatever is done to the bytes of a valid order, the answer is on the contract and no 500', async () => {
  const bytes = Buffer.from(JSON.stringify(anOrder({ orderId: 'x' })));
  await fc.assert(
    fc.asyncProperty(
      fc.nat(bytes.length),
      fc.nat(8),
      fc.uint8Array({ maxLength: 4 }),
      async (at, removed, inserted) => {
        const body = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
        const { status } = await fixture.client.createOrder(body);
        expect([202, 400, 409, 422]).toContain(status);
      },
    ),
    { numRuns: 300 },
  );
});
