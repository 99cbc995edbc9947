import type { PublishMetrics } from '../telemetry/metrics.ts';
import { PublishError } from './publish-error.ts';
import type { Backend, EventPublisher } from './publisher.ts';

/** Counts and times every publish of an order event. */
export function withMetrics(publisher: EventPublisher, backend: Backend, metrics: PublishMetrics): EventPublisher {
  return {
    ...publisher,
    async publish(event) {
      if (event.type === 'orders.log.barrier.v1') return publisher.publish(event);
      const start = performance.now();
      metrics.started();
      try {
        const receipt = await publisher.publish(event);
        metrics.published(backend);
        return receipt;
      } catch (error) {
        metrics.failed(backend, error instanceof PublishError ? error.reason : 'backend_error');
        throw error;
      } finally {
        metrics.ended(backend, (performance.now() - start) / 1000);
      }
    },
  };
}
