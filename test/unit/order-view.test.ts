import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createOrderView, InvalidCursorError, type OrderView } from '../../src/orders/order-view.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';

/** A later place on the log at every call. */
let offset = 0;
const next = () => ({ partition: 3, offset: String((offset += 1)) });
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
      fc.property(
        fc.array(step, { maxLength: 60, size: 'max' }),
        fc.integer({ min: 1, max: 6 }),
        (steps, maxOrders) => {
          const view = createOrderView({ maxOrders });
          let model: { orderId: string; at: number; tenant: string }[] = [];
          let forgotten = false;
          for (const { id, at, tenant } of steps) {
            const orderId = `order-${id}`;
            view.apply(createdEvent(orderId, { tenantId: tenant }, at), next());
            if (!model.some((order) => order.orderId === orderId)) {
              model = [...model, { orderId, at, tenant }].sort(
                (a, b) => a.at - b.at || (a.orderId < b.orderId ? -1 : 1),
              );
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
            expect(view.hasForgotten()).toBe(forgotten);
            expect(view.get(orderId) !== undefined).toBe(model.some((order) => order.orderId === orderId));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('are met once each by a walk along the cursors, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 25, size: 'max' }),
        fc.integer({ min: 1, max: 7 }),
        (times, limit) => {
          const view = createOrderView({ maxOrders: 100 });
          times.forEach((at, i) => view.apply(createdEvent(`order-${i}`, {}, at), next()));
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
    const view = createOrderView({ maxOrders: 10 });
    view.apply(createdEvent('order-1', { customerId: 'first' }, 1), next());
    view.apply(createdEvent('order-1', { customerId: 'second', tenantId: 'other' }, 2), next());
    expect(view.get('order-1')).toMatchObject({ customerId: 'first', history: [{ status: 'accepted' }] });
    expect(idsOf(view, { tenantId: 'other' })).toEqual([]);
  });

  test('are unknown until they are created: a change alone shows nothing', () => {
    const view = createOrderView({ maxOrders: 10 });
    view.apply(changedEvent('order-1', 'shipped'), next());
    expect(view.get('order-1')).toBeUndefined();
    expect(view.size()).toBe(0);
  });

  test('that are gone may come again', () => {
    const view = createOrderView({ maxOrders: 1 });
    for (const [id, at] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ] as const)
      view.apply(createdEvent(id, {}, at), next());
    expect(idsOf(view)).toEqual(['a']);
  });
});

describe('the history of an order', () => {
  test('has an entry for every change, with its place in the log', () => {
    const view = createOrderView({ maxOrders: 10 });
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
    const view = createOrderView({ maxOrders: 10 });
    const events = [createdEvent('order-1'), changedEvent('order-1', 'shipped'), changedEvent('order-1', 'delivered')];
    const placed = events.map((event) => ({ event, place: next() }));
    for (const { event, place } of [...placed, ...placed]) view.apply(event, place);
    expect(view.get('order-1')?.history.map(({ status }) => status)).toEqual(['accepted', 'shipped', 'delivered']);
    expect(view.get('order-1')?.status).toBe('delivered');
  });

  test('is in the order of the log, in whatever order it is told', () => {
    const events = [
      createdEvent('order-1'),
      ...['a', 'b', 'c', 'd'].map((note) => changedEvent('order-1', 'shipped', note)),
    ];
    const placed = events.map((event) => ({ event, place: next() }));
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }), (order) => {
        const view = createOrderView({ maxOrders: 10 });
        for (const i of [0, ...order]) {
          const { event, place } = placed[i] ?? { event: createdEvent('never'), place: next() };
          view.apply(event, place);
        }
        expect(view.get('order-1')?.history.map(({ notes }) => notes)).toEqual([undefined, 'a', 'b', 'c', 'd']);
        expect(view.get('order-1')?.notes).toBe('d');
      }),
    );
  });

  test('begins with the first of two events that create the order, though it is told second', () => {
    const view = createOrderView({ maxOrders: 10 });
    const [first, second, third] = [next(), next(), next()];
    view.apply(createdEvent('order-1', { customerId: 'copy', tenantId: 'b' }), second);
    view.apply(changedEvent('order-1', 'shipped'), third);
    view.apply(createdEvent('order-1', { customerId: 'order', tenantId: 'a' }), first);
    expect(view.get('order-1')).toMatchObject({ customerId: 'order', status: 'shipped' });
    expect(view.get('order-1')?.history.map(({ offset }) => offset)).toEqual([first.offset, third.offset]);
    expect(idsOf(view, { tenantId: 'b' })).toEqual([]);
    expect(idsOf(view, { tenantId: 'a' })).toEqual(['order-1']);
  });

  test('goes with the log it stands on', () => {
    const view = createOrderView({ maxOrders: 10 });
    view.apply(createdEvent('order-1'), { partition: 1, offset: '0' });
    view.apply(createdEvent('order-2'), { partition: 2, offset: '0' });
    view.forgetPartition(1);
    expect(idsOf(view)).toEqual(['order-2']);
    expect(view.hasForgotten()).toBe(false);
  });

  test('keeps its first entry and the latest 99', () => {
    const view = createOrderView({ maxOrders: 10 });
    view.apply(createdEvent('order-1'), next());
    for (let i = 0; i < 150; i += 1) view.apply(changedEvent('order-1', 'shipped', `note-${i}`), next());
    const history = view.get('order-1')?.history ?? [];
    expect(history).toHaveLength(100);
    expect(history[0]?.status).toBe('accepted');
    expect(history.slice(1).map(({ notes }) => notes)).toEqual(Array.from({ length: 99 }, (_, i) => `note-${i + 51}`));
  });

  test('ends with what the order stands at; notes of an earlier change do not stay', () => {
    const view = createOrderView({ maxOrders: 10 });
    view.apply(createdEvent('order-1'), next());
    view.apply(changedEvent('order-1', 'shipped', 'gone'), next());
    view.apply(changedEvent('order-1', 'delivered'), next());
    expect(view.get('order-1')).not.toHaveProperty('notes');
  });
});

test.each(['', 'abc', 'MTAwMC4', 'LTEuYQ', 'MTAwMC5h=', 'MTAwMC5h!', 'MTAwMC5h\n'])(
  'a cursor no list made is refused: %j',
  (cursor) => {
    const view = createOrderView({ maxOrders: 10 });
    view.apply(createdEvent('order-1'), next());
    expect(() => view.list({ limit: 1, cursor })).toThrow(InvalidCursorError);
  },
);
