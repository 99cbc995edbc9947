import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createOrderView, InvalidCursorError, type OrderView } from '../../src/orders/order-view.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';

const POSITION = { partition: 3, offset: '42' };
const idsOf = (view: OrderView, query: { limit?: number; tenantId?: string; cursor?: string } = {}) =>
  view.list({ limit: 100, ...query }).orders.map(({ orderId }) => orderId);

describe('orders', () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 15 }),
    at: fc.integer({ min: 0, max: 30 }),
    tenant: fc.constantFrom('red', 'blue'),
  });

  test('are held, forgotten and listed as a sorted array would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, maxOrders) => {
        const view = createOrderView({ maxOrders, seesAll: true });
        let model: { orderId: string; at: number; tenant: string }[] = [];
        let forgotten = false;
        for (const { id, at, tenant } of steps) {
          const orderId = `order-${id}`;
          view.apply(createdEvent(orderId, { tenantId: tenant }, at), POSITION);
          if (!model.some((order) => order.orderId === orderId)) {
            model = [...model, { orderId, at, tenant }].sort((a, b) => a.at - b.at || (a.orderId < b.orderId ? -1 : 1));
          }
          if (model.length > maxOrders) {
            model.shift();
            forgotten = true;
          }
          const newest = [...model].reverse();
          expect(idsOf(view)).toEqual(newest.map((order) => order.orderId));
          for (const tenantId of ['red', 'blue', 'none']) {
            const ofTenant = newest.filter((order) => order.tenant === tenantId);
            expect(idsOf(view, { tenantId })).toEqual(ofTenant.map((order) => order.orderId));
          }
          expect(view.size()).toBe(model.length);
          expect(view.isComplete()).toBe(!forgotten);
          expect(view.get(orderId) !== undefined).toBe(model.some((order) => order.orderId === orderId));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('are met once each by a walk along the cursors, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        (times, limit) => {
          const view = createOrderView({ maxOrders: 100, seesAll: true });
          times.forEach((at, i) => view.apply(createdEvent(`order-${i}`, {}, at), POSITION));
          const seen: string[] = [];
          let cursor: string | null | undefined;
          do {
            const page = view.list({ limit, cursor: cursor ?? undefined });
            expect(page.orders.length).toBeLessThanOrEqual(limit);
            if (page.nextCursor !== null) expect(page.orders).toHaveLength(limit);
            if (times.length > 0) expect(page.orders).not.toEqual([]);
            seen.push(...page.orders.map(({ orderId }) => orderId));
            cursor = page.nextCursor;
          } while (cursor !== null);
          expect(seen).toEqual(idsOf(view));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are not changed by a second event that creates them', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(createdEvent('order-1', { customerId: 'first' }, 1), POSITION);
    view.apply(createdEvent('order-1', { customerId: 'second', tenantId: 'other' }, 2), POSITION);
    expect(view.get('order-1')).toMatchObject({ customerId: 'first', history: [{ status: 'accepted' }] });
    expect(idsOf(view, { tenantId: 'other' })).toEqual([]);
  });

  test('are unknown until they are created: a change alone shows nothing', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(changedEvent('order-1', 'shipped'), POSITION);
    expect(view.get('order-1')).toBeUndefined();
    expect(view.size()).toBe(0);
  });

  test('that are gone may come again', () => {
    const view = createOrderView({ maxOrders: 1, seesAll: true });
    for (const [id, at] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      view.apply(createdEvent(id, {}, at), POSITION);
    expect(idsOf(view)).toEqual(['a']);
  });
});

describe('the history of an order', () => {
  test('has an entry for every change, with its place in the log', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(createdEvent('order-1'), { partition: 1, offset: '5' });
    const change = changedEvent('order-1', 'shipped', 'gone');
    view.apply(change, { partition: 1, offset: '9007199254740993' });
    expect(view.get('order-1')).toMatchObject({ status: 'shipped', notes: 'gone' });
    expect(view.get('order-1')?.history[1]).toEqual({
      eventId: change.id,
      requestId: change.data.metadata.requestId,
      status: 'shipped',
      notes: 'gone',
      at: change.data.metadata.timestamp,
      partition: 1,
      offset: '9007199254740993',
    });
  });

  test('takes an event once, however often it is applied', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    const events = [createdEvent('order-1'), changedEvent('order-1', 'shipped'), changedEvent('order-1', 'delivered')];
    for (const event of [...events, ...events]) view.apply(event, POSITION);
    expect(view.get('order-1')?.history.map(({ status }) => status)).toEqual(['accepted', 'shipped', 'delivered']);
    expect(view.get('order-1')?.status).toBe('delivered');
  });

  test('keeps its first entry and the latest 99', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(createdEvent('order-1'), POSITION);
    for (let i = 0; i < 150; i += 1) view.apply(changedEvent('order-1', 'shipped', `note-${i}`), POSITION);
    const history = view.get('order-1')?.history ?? [];
    expect(history).toHaveLength(100);
    expect(history[0]?.status).toBe('accepted');
    expect(history.slice(1).map(({ notes }) => notes)).toEqual(Array.from({ length: 99 }, (_, i) => `note-${i + 51}`));
  });

  test('ends with what the order stands at; notes of an earlier change do not stay', () => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(createdEvent('order-1'), POSITION);
    view.apply(changedEvent('order-1', 'shipped', 'gone'), POSITION);
    view.apply(changedEvent('order-1', 'delivered'), POSITION);
    expect(view.get('order-1')).not.toHaveProperty('notes');
  });
});

test('a view that does not see all orders is never complete', () => {
  expect(createOrderView({ maxOrders: 10, seesAll: false }).isComplete()).toBe(false);
});

test.each(['', 'abc', 'MTAwMC4', 'LTEuYQ', 'MTAwMC5h=', 'MTAwMC5h!', 'MTAwMC5h\n'])(
  'a cursor no list made is refused: %j',
  (cursor) => {
    const view = createOrderView({ maxOrders: 10, seesAll: true });
    view.apply(createdEvent('order-1'), POSITION);
    expect(() => view.list({ limit: 1, cursor })).toThrow(InvalidCursorError);
  },
);
