import { readConfig } from '../../src/config/api-config.ts';
import { startService as start } from '../../src/service.ts';
import { silentLog } from './silent-log.ts';

/** The service in this process, on a port, publishing to Kafka. */
export interface RunningService {
  readonly url: string;
  readonly key: string;
  close(): Promise<void>;
}

const KEY = 'test-key';

/** Starts the service as its process does, on free ports; `env` adds to the settings a test needs. */
export async function startService(options: {
  readonly bootstrap: string;
  readonly topic: string;
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<RunningService> {
  const config = readConfig({
    BACKEND_MODE: 'kafka',
    KAFKA_BROKERS: options.bootstrap,
    KAFKA_TOPIC: options.topic,
    API_KEY: KEY,
    PORT: '0',
    METRICS_PORT: '0',
    PUBLISH_TIMEOUT_MS: String(options.timeoutMs ?? 5_000),
    ...options.env,
  });
  const service = await start(config, silentLog);
  return { url: service.url, key: KEY, close: service.stop };
}
