import { describe, expect, test } from '@jest/globals';
import type { OrderEvent } from '../../src/domain/events.ts';
import { createHandlers } from '../../src/worker/handlers/index.ts';
import { createOrderStats } from '../../src/worker/order-stats.ts';
import { changedEvent, createdEvent } from '../support/orders.ts';

test('orders are counted by tenant, and changes by status', async () => {
  const stats = createOrderStats();
  const handlers = createHandlers(stats);
  const signal = new AbortController().signal;
  const context = { topic: 'orders', partition: 0, offset: 0n, attempt: 1, signal };
  const handle = (event: OrderEvent) =>
    event.type === 'orders.order.created.v1'
      ? handlers[event.type](event, context)
      : handlers[event.type](event, context);
  await handle(createdEvent('order-1', { tenantId: 'contoso' }));
  await handle(createdEvent('order-2', { tenantId: 'contoso' }));
  await handle(createdEvent('order-3', { tenantId: 'fabrikam' }));
  await handle(changedEvent('order-1', 'shipped'));
  expect(stats.report()).toEqual({
    createdByTenant: { contoso: 2, fabrikam: 1 },
    enteredByStatus: { accepted: 3, shipped: 1 },
  });
});

describe('the counters', () => {
  test('begin at nothing', () => {
    expect(createOrderStats().report()).toEqual({ createdByTenant: {}, enteredByStatus: {} });
  });

  test('are of 1000 tenants; those that come later are counted together, and those that came before go on', () => {
    const stats = createOrderStats();
    for (let i = 0; i < 1_000; i += 1) stats.created(`tenant-${i}`);
    for (const tenant of ['late-1', 'late-2', 'late-1', 'tenant-7']) stats.created(tenant);
    const { createdByTenant } = stats.report();
    expect(Object.keys(createdByTenant)).toHaveLength(1_001);
    expect([createdByTenant['(other)'], createdByTenant['tenant-7'], createdByTenant['late-1']]).toEqual([
      3,
      2,
      undefined,
    ]);
  });

  // Tenants are named by clients.
  test.each(['__proto__', 'constructor', 'toString'])('a tenant may be called %s', (tenant) => {
    const stats = createOrderStats();
    stats.created(tenant);
    expect(JSON.stringify(stats.report().createdByTenant)).toBe(`{"${tenant}":1}`);
  });

  test('a report does not change afterwards', () => {
    const stats = createOrderStats();
    const report = stats.report();
    stats.created('contoso');
    expect(report.createdByTenant).toEqual({});
  });
});
