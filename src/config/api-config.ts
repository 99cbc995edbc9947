import { ADMIN, type ApiKey } from '../http/authenticate.ts';
import type { ClaimSettings } from '../idempotency/create-claims.ts';
import type { BackendSettings } from '../create-backend.ts';
import type { TailFrom } from '../reading/topic-reader.ts';
import { readKafka } from './kafka.ts';
import type { Values } from './schema.ts';
import { ConfigError, readValues, type Environment } from './values.ts';

/** The service's configuration, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly metricsPort: number;
  readonly logLevel: Values['LOG_LEVEL'];
  readonly apiKeys: readonly ApiKey[];
  /** What is allowed but probably not meant, one line each. */
  readonly warnings: readonly string[];
  /** The key made up for trying things out, where none was given. */
  readonly developmentKey?: string;
  readonly backend: BackendSettings;
  readonly claims: ClaimSettings;
  /** How long a request id is remembered, ms. */
  readonly idempotencyTtlMs: number;
  readonly idempotencyMax: number;
  readonly viewTail: TailFrom | 'off';
  readonly publishTimeoutMs: number;
  readonly maxInFlight: number;
  readonly bodyLimitBytes: number;
  readonly ordersCacheMax: number;
  readonly deadLetterFile: string | undefined;
  readonly shutdownTimeoutMs: number;
}

const DEVELOPMENT_KEY = 'dev-key';
const METRICS_PORT = 9464;

/** Reads the environment (and the files it names). Throws a ConfigError with every fault at once; opens nothing. */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const kafka = readKafka(values, faults, values.BACKEND_MODE === 'kafka' ? 'with BACKEND_MODE=kafka' : undefined);
  const keys = withAdminKey(readKeys(values, faults), values, faults);
  const claims = readClaims(values, faults);
  const metricsPort = values.METRICS_PORT ?? METRICS_PORT;
  if (values.PORT === metricsPort && values.PORT !== 0) faults.push('METRICS_PORT: must not be the same as PORT');
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    host: values.HOST,
    port: values.PORT,
    metricsPort,
    logLevel: values.LOG_LEVEL,
    ...keys,
    warnings:
      values.BACKEND_MODE === 'memory' && values.KAFKA_BROKERS !== undefined
        ? ['KAFKA_BROKERS is set but not used: for Kafka set BACKEND_MODE=kafka']
        : [],
    backend: values.BACKEND_MODE === 'kafka' ? { mode: 'kafka', kafka } : { mode: 'memory', topic: values.KAFKA_TOPIC },
    claims,
    idempotencyTtlMs: values.IDEMPOTENCY_TTL_SECONDS * 1000,
    idempotencyMax: values.IDEMPOTENCY_MAX,
    viewTail: typeof values.VIEW_TAIL === 'number' ? { last: values.VIEW_TAIL } : values.VIEW_TAIL,
    publishTimeoutMs: values.PUBLISH_TIMEOUT_MS,
    maxInFlight: values.MAX_IN_FLIGHT,
    bodyLimitBytes: values.BODY_LIMIT_BYTES,
    ordersCacheMax: values.ORDERS_CACHE_MAX,
    deadLetterFile: values.DEAD_LETTER_FILE,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  };
}

type Keys = Pick<Config, 'apiKeys' | 'developmentKey'>;

/** Adds the operators' key, which nobody else may have, nor be called as it is. */
function withAdminKey(keys: Keys, { ADMIN_API_KEY }: Values, faults: string[]): Keys {
  if (keys.apiKeys.some(({ principal }) => principal === ADMIN))
    faults.push(`API_KEYS: the principal ${ADMIN} is that of ADMIN_API_KEY; choose another`);
  if (ADMIN_API_KEY === undefined) return keys;
  if (keys.apiKeys.some(({ key }) => key === ADMIN_API_KEY))
    faults.push('ADMIN_API_KEY: must not be the key of anybody else (API_KEY, API_KEYS, the development key)');
  return { ...keys, apiKeys: [...keys.apiKeys, { principal: ADMIN, key: ADMIN_API_KEY }] };
}

function readKeys(values: Values, faults: string[]): Keys {
  const { API_KEY, API_KEYS, BACKEND_MODE } = values;
  if (API_KEY !== undefined && API_KEYS !== undefined)
    faults.push('API_KEY: give either API_KEY or API_KEYS, not both');
  if (API_KEYS !== undefined) return { apiKeys: parseKeys(API_KEYS, faults) };
  if (API_KEY !== undefined) return { apiKeys: [{ principal: 'default', key: API_KEY }] };
  if (BACKEND_MODE === 'kafka') faults.push('API_KEY: required with BACKEND_MODE=kafka (or API_KEYS)');
  return { apiKeys: [{ principal: 'default', key: DEVELOPMENT_KEY }], developmentKey: DEVELOPMENT_KEY };
}

function parseKeys(text: string, faults: string[]): ApiKey[] {
  const keys = text.split(',').flatMap((pair, i) => {
    const [, principal, key] = /^\s*([A-Za-z0-9._-]{1,64}):([\x21-\x7e]+)\s*$/.exec(pair) ?? [];
    if (principal !== undefined && key !== undefined) return { principal, key };
    faults.push(`API_KEYS: entry ${i + 1} is not \`principal:key\` (the principal of letters, digits, "." "_" "-")`);
    return [];
  });
  if (new Set(keys.map(({ key }) => key)).size < keys.length) faults.push('API_KEYS: a key stands there twice');
  return keys;
}

function readClaims(values: Values, faults: string[]): ClaimSettings {
  const { BACKEND_MODE, IDEMPOTENCY_STORE, REDIS_URL, REDIS_ON_FAILURE, VIEW_TAIL } = values;
  if (IDEMPOTENCY_STORE === 'memory') {
    if (VIEW_TAIL === 'off') faults.push('VIEW_TAIL: off needs IDEMPOTENCY_STORE=redis, or nobody remembers a request');
    return { store: 'memory' };
  }
  if (REDIS_ON_FAILURE === 'log' && VIEW_TAIL === 'off')
    faults.push('REDIS_ON_FAILURE: log needs the topic to be read (VIEW_TAIL), or nobody remembers a request');
  if (BACKEND_MODE === 'memory') faults.push('IDEMPOTENCY_STORE: redis needs BACKEND_MODE=kafka');
  if (REDIS_URL === undefined) faults.push('REDIS_URL: required with IDEMPOTENCY_STORE=redis');
  return { store: 'redis', url: REDIS_URL ?? '', onFailure: REDIS_ON_FAILURE };
}
