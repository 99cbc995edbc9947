import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { VARIABLES, type Values, type Variable } from './config-schema.ts';
import type { ApiKey } from './http/authenticate.ts';
import type { ClaimSettings } from './idempotency/create-claims.ts';
import type { BackendSettings } from './create-backend.ts';
import type { KafkaSettings } from './kafka/kafka-settings.ts';
import type { TailFrom } from './reading/topic-reader.ts';

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

/** All that is wrong with the environment, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEVELOPMENT_KEY = 'dev-key';

/** Reads the environment (and the files it names). Throws a ConfigError with every fault at once; opens nothing. */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const values = readValues(env, faults);
  const kafka = readKafka(values, faults);
  const keys = readKeys(values, faults);
  const claims = readClaims(values, faults);
  if (values.PORT === values.METRICS_PORT && values.PORT !== 0)
    faults.push('METRICS_PORT: must not be the same as PORT');
  if (faults.length > 0) throw new ConfigError(faults);
  return {
    host: values.HOST,
    port: values.PORT,
    metricsPort: values.METRICS_PORT,
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

function readValues(env: Environment, faults: string[]): Values {
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries<Variable>(VARIABLES)) {
    // An empty value is how a shell or a chart says "not set".
    const given = variable.secret ? secretOf(name, env, faults) : env[name];
    const result = variable.schema.safeParse(given === '' ? undefined : given);
    if (result.success) values[name] = result.data;
    else faults.push(`${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`);
  }
  // The loop has parsed every variable of the schema that this type is derived from; with faults it is not used.
  return values as Values;
}

function secretOf(name: string, env: Environment, faults: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') return env[name];
  if (env[name] !== undefined && env[name] !== '')
    faults.push(`${name}: give either ${name} or ${name}_FILE, not both`);
  const text = readText(`${name}_FILE`, file, faults)?.trimEnd();
  // Who names a file means what is in it: nothing must not come to mean "not set", and with it the development key.
  if (text === '') faults.push(`${name}_FILE: ${file} is empty`);
  return text;
}

function readText(name: string, file: string, faults: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    faults.push(
      `${name}: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
    return undefined;
  }
}

function readKeys(values: Values, faults: string[]): Pick<Config, 'apiKeys' | 'developmentKey'> {
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

function readKafka(values: Values, faults: string[]): KafkaSettings {
  const { KAFKA_BROKERS, KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL_MECHANISM, BACKEND_MODE } = values;
  const brokers = (KAFKA_BROKERS ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  if (BACKEND_MODE === 'kafka' && brokers.length === 0) faults.push('KAFKA_BROKERS: required with BACKEND_MODE=kafka');
  for (const broker of brokers) {
    const port = Number(/^[^\s:]+:(\d{1,5})$/.exec(broker)?.[1]);
    if (!(port >= 1 && port <= 65_535)) faults.push(`KAFKA_BROKERS: ${broker} is not host:port`);
  }
  if ((KAFKA_USERNAME === undefined) !== (KAFKA_PASSWORD === undefined)) {
    faults.push('KAFKA_USERNAME: KAFKA_USERNAME and KAFKA_PASSWORD go together');
  }
  if (KAFKA_SASL_MECHANISM !== undefined && KAFKA_USERNAME === undefined) {
    faults.push('KAFKA_SASL_MECHANISM: needs KAFKA_USERNAME and KAFKA_PASSWORD');
  }
  const sasl =
    KAFKA_USERNAME === undefined || KAFKA_PASSWORD === undefined
      ? {}
      : { sasl: { mechanism: KAFKA_SASL_MECHANISM ?? 'plain', username: KAFKA_USERNAME, password: KAFKA_PASSWORD } };
  return { brokers, topic: values.KAFKA_TOPIC, ...sasl, ...readTls(values, faults) };
}

function readTls(values: Values, faults: string[]): Pick<KafkaSettings, 'tls'> {
  const before = faults.length;
  const files = {
    ca: ['KAFKA_CA_FILE', values.KAFKA_CA_FILE],
    cert: ['KAFKA_CERT_FILE', values.KAFKA_CERT_FILE],
    key: ['KAFKA_KEY_FILE', values.KAFKA_KEY_FILE],
  } as const;
  if ((values.KAFKA_CERT_FILE === undefined) !== (values.KAFKA_KEY_FILE === undefined)) {
    faults.push('KAFKA_CERT_FILE: KAFKA_CERT_FILE and KAFKA_KEY_FILE go together');
  }
  const given = Object.entries(files).flatMap(([part, [name, file]]) => {
    if (file === undefined) return [];
    if (!values.KAFKA_TLS) faults.push(`${name}: needs KAFKA_TLS=true`);
    return [[part, readText(name, file, faults)]] as const;
  });
  if (!values.KAFKA_TLS) return {};
  const tls = Object.fromEntries(given);
  if (faults.length > before) return { tls };
  try {
    createSecureContext(tls);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    faults.push(
      `KAFKA_TLS: ${Object.values(files)
        .map(([name]) => name)
        .join(', ')} are not PEM, or do not belong together (${why})`,
    );
  }
  return { tls };
}
