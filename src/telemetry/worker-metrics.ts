import { createMeter, type ProcessMeter } from './meter.ts';

/** What is asked when the worker's metrics are scraped. */
export interface WorkerGauges {
  /** Age of the oldest record in hand, seconds; 0 where none is. */
  readonly lagSeconds: () => number;
  /** Records that are not settled, as far as is known. */
  readonly lagRecords: () => number;
  readonly partitions: () => number;
}

/** The instruments of the worker, and the Prometheus text that shows them. */
export interface WorkerMetrics extends Pick<ProcessMeter, 'scrape' | 'close'> {
  /** An event was handled; `acceptedAt` is when the API claimed its request, ms since the epoch. */
  readonly handled: (acceptedAt: number) => void;
  readonly deduplicated: () => void;
  readonly retried: () => void;
  readonly setAside: (reason: string) => void;
  /** Has these asked at every scrape. Call it once. */
  observe(gauges: WorkerGauges): void;
}

/** The instruments' names are part of the product; docs and dashboards rely on them. */
export function createWorkerMetrics(): WorkerMetrics {
  const { meter, gauge, scrape, close } = createMeter({
    service: 'orders-worker',
    latencies: ['orders_end_to_end_seconds'],
  });
  const processed = meter.createCounter('orders_worker_processed_total', { description: 'Events handled' });
  const endToEnd = meter.createHistogram('orders_end_to_end_seconds', {
    description: 'Time from the acceptance of a request to the end of its handling',
  });
  const deduplicated = meter.createCounter('orders_worker_deduplicated_total', {
    description: 'Events that came again after they had been handled',
  });
  const retries = meter.createCounter('orders_worker_retries_total', {
    description: 'Attempts of handlers that failed and were followed by another',
  });
  const deadLetters = meter.createCounter('orders_worker_dead_lettered_total', {
    description: 'Records set aside on the dead-letter topic',
  });
  processed.add(0);
  deduplicated.add(0);
  retries.add(0);

  return {
    handled: (acceptedAt) => {
      processed.add(1);
      // The clock of the API may be ahead of ours.
      endToEnd.record(Math.max(0, Date.now() - acceptedAt) / 1000);
    },
    deduplicated: () => {
      deduplicated.add(1);
    },
    retried: () => {
      retries.add(1);
    },
    setAside: (reason) => {
      deadLetters.add(1, { reason });
    },
    observe: ({ lagSeconds, lagRecords, partitions }) => {
      gauge('orders_worker_lag_seconds', 'Age of the oldest record that is not settled', lagSeconds);
      gauge('orders_worker_lag_records', 'Records that are not settled, as far as is known', lagRecords);
      gauge('orders_worker_partitions', 'Partitions this worker has', partitions);
    },
    scrape,
    close,
  };
}
