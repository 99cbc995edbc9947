import type { OrderStatus } from '../domain/events.ts';

/** Counters of this process since its start, for people: GET /stats. */
export interface OrderStats {
  created(tenantId: string): void;
  /** An order is in this status now, a new one in `accepted`. */
  entered(status: OrderStatus): void;
  report(): StatsReport;
}

/** What GET /stats answers. */
export interface StatsReport {
  /** Orders created, by tenant; those of tenants beyond the bound together under `(other)`. */
  readonly createdByTenant: Readonly<Record<string, number>>;
  /** How often an order came to be in a status. */
  readonly enteredByStatus: Readonly<Record<string, number>>;
}

/** Tenants are named by clients; so many are counted one by one. */
const MAX_TENANTS = 1_000;
const OTHER = '(other)';

export function createOrderStats(): OrderStats {
  const tenants = new Map<string, number>();
  const statuses = new Map<string, number>();

  return {
    created(tenantId) {
      count(tenants, tenants.has(tenantId) || tenants.size < MAX_TENANTS ? tenantId : OTHER);
    },
    entered(status) {
      count(statuses, status);
    },
    report: () => ({
      createdByTenant: Object.fromEntries(tenants),
      enteredByStatus: Object.fromEntries(statuses),
    }),
  };
}

function count(counters: Map<string, number>, name: string): void {
  counters.set(name, (counters.get(name) ?? 0) + 1);
}
