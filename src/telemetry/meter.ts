import type { RequestListener } from 'node:http';
import type { Meter } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationType, MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';

/** Where a process makes its instruments, and the Prometheus text that shows them. */
export interface ProcessMeter {
  readonly meter: Meter;
  /** Makes a gauge whose value is asked for at every scrape. */
  readonly gauge: (name: string, description: string, value: () => number) => void;
  /** Answers a scrape. */
  readonly scrape: RequestListener;
  readonly close: () => Promise<void>;
}

/** Upper bounds in seconds that resolve 1 to 300 ms, where the objectives (250 and 300 ms) lie. */
const LATENCY_BUCKETS = [
  0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5, 1, 2.5, 5,
  10,
];

/** `latencies` names the histograms whose values are latencies in seconds. */
export function createMeter(options: {
  readonly service: string;
  readonly latencies: readonly string[];
}): ProcessMeter {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    readers: [exporter],
    views: options.latencies.map(latencyHistogram),
  });
  const meter = provider.getMeter('orders');
  return {
    meter,
    gauge: (name, description, value) => {
      meter.createObservableGauge(name, { description }).addCallback((result) => {
        result.observe(value());
      });
    },
    scrape: (req, res) => {
      exporter.getMetricsRequestHandler(req, res);
    },
    close: () => provider.shutdown(),
  };
}

function latencyHistogram(instrumentName: string): ViewOptions {
  return {
    instrumentName,
    aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: LATENCY_BUCKETS } },
  };
}
