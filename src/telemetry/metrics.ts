import type { RequestListener } from 'node:http';
import { createMeter } from './meter.ts';

/** What publishing reports. */
export interface PublishMetrics {
  started(): void;
  published(backend: string): void;
  failed(backend: string, reason: string): void;
  /** `seconds` since `started`. */
  ended(backend: string, seconds: number): void;
}

/** What the HTTP edge reports. */
export interface HttpMetrics {
  /** `operation` is the operationId, or `none` where no operation matched. */
  answered(operation: string, status: number, seconds: number): void;
}

/** What idempotency and the view report. */
export interface OrderMetrics {
  /** A repeat was answered with its first answer. */
  readonly replayed: () => void;
  /** A message on the topic is not ours. */
  readonly skipped: (reason: string) => void;
}

/** What is asked when the metrics are scraped. */
export interface Gauges {
  /** Orders the view holds. */
  readonly cacheDepth: () => number;
  /** Requests whose outcome is remembered. */
  readonly remembered: () => number;
  /** Records between the view and the end of the topic. */
  readonly behind: () => number;
  /** Whether the claim store answers. */
  readonly claimsAvailable: () => boolean;
}

/** The instruments of the service, and the Prometheus text that shows them. */
export interface Metrics {
  readonly http: HttpMetrics;
  readonly publish: PublishMetrics;
  readonly orders: OrderMetrics;
  /** Has these asked at every scrape. Call it once. */
  observe(gauges: Gauges): void;
  /** Answers a scrape with the Prometheus text. */
  readonly scrape: RequestListener;
  close(): Promise<void>;
}

/** The instruments' names are part of the product; docs and dashboards rely on them. */
export function createMetrics(options: { readonly service: string; readonly backend: string }): Metrics {
  const { meter, gauge, scrape, close } = createMeter({
    service: options.service,
    latencies: ['orders_http_request_duration_seconds', 'orders_publish_duration_seconds'],
  });

  const requests = meter.createCounter('orders_http_requests_total', { description: 'Answered HTTP requests' });
  const requestDuration = meter.createHistogram('orders_http_request_duration_seconds', {
    description: 'Time from the request to its answer',
  });
  const publishDuration = meter.createHistogram('orders_publish_duration_seconds', {
    description: 'Time from a publish to its acknowledgement or failure',
  });
  const failures = meter.createCounter('orders_publish_failures_total', { description: 'Events not acknowledged' });
  const published = meter.createCounter('orders_published_total', {
    description: 'Events acknowledged by the backend',
  });
  const inFlight = meter.createUpDownCounter('orders_in_flight', { description: 'Publishes under way' });
  const deduplicated = meter.createCounter('orders_deduplicated_total', {
    description: 'Repeats answered with their first answer',
  });
  const skipped = meter.createCounter('orders_view_skipped_total', {
    description: 'Messages on the topic that are not ours',
  });
  meter
    .createObservableGauge('orders_backend_active', { description: '1 for the backend that takes messages' })
    .addCallback((result) => {
      result.observe(1, { backend: options.backend });
    });

  inFlight.add(0);
  deduplicated.add(0);

  return {
    http: {
      answered(operation, status, seconds) {
        requests.add(1, { operation, status: String(status) });
        requestDuration.record(seconds, { operation });
      },
    },
    publish: {
      started: () => {
        inFlight.add(1);
      },
      published: (backend) => {
        published.add(1, { backend });
      },
      failed: (backend, reason) => {
        failures.add(1, { backend, reason });
      },
      ended(backend, seconds) {
        inFlight.add(-1);
        publishDuration.record(seconds, { backend });
      },
    },
    orders: {
      replayed: () => {
        deduplicated.add(1);
      },
      skipped: (reason) => {
        skipped.add(1, { reason });
      },
    },
    observe: ({ cacheDepth, remembered, behind, claimsAvailable }) => {
      gauge('orders_cache_depth', 'Orders the view holds', cacheDepth);
      gauge('orders_remembered_requests', 'Requests whose outcome is remembered', remembered);
      gauge('orders_view_behind_records', 'Records between the view and the end of the topic', behind);
      gauge('orders_claims_available', '1 while the claim store answers', () => Number(claimsAvailable()));
    },
    scrape,
    close,
  };
}
