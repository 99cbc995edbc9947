import { z } from 'zod';

/** A whole number in plain digits; everything else, were it only a space, is a fault. */
const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .stringFormat('digits', /^\d{1,16}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
};
const port = (fallback: number) => whole(0, 65_535).default(fallback);
/** Up to 2^31 - 1, the longest delay of a Node timer in ms. */
const count = (fallback: number, min = 1) => whole(min, 2_147_483_647).default(fallback);
const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
const flag = oneOf(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const text = z.string().min(1);
const visibleKey = z
  .string()
  .regex(/^[\x21-\x7e]+$/, { error: 'must be visible ASCII without spaces: another key cannot be sent in a header' })
  .optional();

/** One environment variable: its schema, and what people are told of it. */
export interface Variable {
  readonly schema: z.ZodType;
  /** One sentence for `.env.sample` and the README. */
  readonly description: string;
  /** A value that shows the form, where there is no default. */
  readonly example?: string;
  /** May also be given as NAME_FILE, the path of a file that holds it; never logged. */
  readonly secret?: true;
}

/** Every environment variable of the API and the worker. The README's table and `.env.sample` are held to it by a test. */
export const VARIABLES = {
  PORT: { schema: port(8080), description: 'Port of the API; 0 takes any free one.' },
  HOST: {
    schema: text.default('127.0.0.1'),
    description: 'Address to listen on, for the API and for the metrics; 0.0.0.0 in a container.',
  },
  METRICS_PORT: {
    schema: whole(0, 65_535).optional(),
    description:
      'Port of the Prometheus metrics, 9464 for the API and 9465 for the worker without it; 0 takes any free one.',
    example: '9464',
  },
  HEALTH_PORT: { schema: port(8081), description: "Port of the worker's health and counters; 0 takes any free one." },
  LOG_LEVEL: {
    schema: oneOf(['error', 'warn', 'info', 'debug']).default('info'),
    description: 'The least important level that is logged.',
  },
  API_KEY: {
    schema: visibleKey,
    description: 'The one key clients send in X-API-Key, visible ASCII; its principal is `default`.',
    example: 'change-me',
    secret: true,
  },
  API_KEYS: {
    schema: text.optional(),
    description: 'Several keys with their principals, instead of API_KEY: `principal:key,principal:key`.',
    example: 'shop:change-me,partner:change-me-too',
    secret: true,
  },
  ADMIN_API_KEY: {
    schema: visibleKey,
    description: 'The key of operators: may act on behalf of another principal, and call what only operators may.',
    example: 'change-me-as-well',
    secret: true,
  },
  BACKEND_MODE: {
    schema: oneOf(['memory', 'kafka']).default('memory'),
    description: '`memory` keeps messages in the process, for trying things out; `kafka` publishes them.',
  },
  KAFKA_BROKERS: {
    schema: text.optional(),
    description: 'Bootstrap brokers as `host:port`, separated by commas. Required with BACKEND_MODE=kafka.',
    example: '127.0.0.1:9092',
  },
  KAFKA_TOPIC: { schema: text.default('orders'), description: 'Topic of the order events. It must exist.' },
  KAFKA_DLQ_TOPIC: {
    schema: text.default('orders.dlq'),
    description: 'Topic of what the worker could not handle. It must exist.',
  },
  KAFKA_RETRY_TOPIC: {
    schema: text.default('orders.retry'),
    description:
      'Topic through which dead letters are replayed. It must exist, with as many partitions as KAFKA_TOPIC.',
  },
  KAFKA_GROUP: { schema: text.default('orders-worker'), description: 'Consumer group of the workers.' },
  KAFKA_SASL_MECHANISM: {
    schema: oneOf(['plain', 'scram-sha-512']).optional(),
    description:
      'How to log in to Kafka: `plain` or `scram-sha-512`. Plain when a user name and password are given without it.',
    example: 'scram-sha-512',
  },
  KAFKA_USERNAME: { schema: text.optional(), description: 'Kafka user name.', example: 'orders-api' },
  KAFKA_PASSWORD: { schema: text.optional(), description: 'Kafka password.', example: 'change-me', secret: true },
  KAFKA_TLS: { schema: flag, description: '`true` to speak TLS to Kafka.' },
  KAFKA_CA_FILE: {
    schema: text.optional(),
    description:
      "PEM file of the authority that signed the brokers' certificates; the system's authorities without it.",
    example: '/run/secrets/kafka-ca.pem',
  },
  KAFKA_CERT_FILE: {
    schema: text.optional(),
    description: 'PEM file of our client certificate, for mutual TLS.',
    example: '/run/secrets/kafka-cert.pem',
  },
  KAFKA_KEY_FILE: {
    schema: text.optional(),
    description: "PEM file of our client certificate's key.",
    example: '/run/secrets/kafka-key.pem',
  },
  IDEMPOTENCY_STORE: {
    schema: oneOf(['memory', 'redis']).default('memory'),
    description:
      'Where requests are claimed: `memory` is exact for one replica while it lives, `redis` across replicas and restarts.',
  },
  REDIS_URL: {
    schema: z
      .url({
        protocol: /^rediss?$/,
        error: 'must be redis://host:port or rediss://host:port, with user and password if need be',
      })
      .optional(),
    description: 'Redis or Valkey of the claims, `redis://` or `rediss://`. Required with IDEMPOTENCY_STORE=redis.',
    example: 'redis://127.0.0.1:6379',
    secret: true,
  },
  REDIS_ON_FAILURE: {
    schema: oneOf(['closed', 'log']).default('closed'),
    description:
      'While Redis is away: `closed` takes no orders, `log` takes them with what the topic shows, which other replicas see a moment later.',
  },
  IDEMPOTENCY_TTL_SECONDS: {
    // Below the largest delay of a timer, and above any fence.
    schema: whole(660, 2_147_483).default(86_400),
    description: 'How long a request id is remembered, seconds; the retention of the topic must be longer.',
  },
  IDEMPOTENCY_MAX: {
    schema: count(1_000_000),
    description: 'Requests remembered in this process; the first are forgotten first.',
  },
  VIEW_TAIL: {
    schema: z
      .union([oneOf(['earliest', 'off']), whole(1, 1_000_000_000)], {
        error: 'must be earliest, off, or how many of the latest records of each partition to read',
      })
      .default('earliest'),
    description:
      'How much of the topic is read: `earliest` all of it, a number only the latest records of each partition, `off` nothing.',
  },
  PUBLISH_TIMEOUT_MS: {
    // The upper bound stays below the 65 s for which kafkajs lets a send wait for another one to the same broker.
    schema: whole(100, 60_000).default(5_000),
    description: 'How long a publish may take before the client is answered 503, ms.',
  },
  MAX_IN_FLIGHT: {
    schema: count(2_000),
    description: 'Requests under way at once; beyond it the answer is 503 at once.',
  },
  BODY_LIMIT_BYTES: { schema: count(262_144), description: 'Largest request body, bytes.' },
  ORDERS_CACHE_MAX: { schema: count(10_000), description: 'Orders held in memory for GET and list.' },
  DEAD_LETTER_FILE: {
    schema: text.optional(),
    description: 'File that events which could not be published are appended to, one JSON line each; else stdout.',
    example: '/var/lib/orders/dead-letters.jsonl',
  },
  WORKER_CONCURRENCY: {
    schema: whole(1, 10_000).default(64),
    description: 'Events of different orders that one worker handles at once.',
  },
  WORKER_HANDLER_TIMEOUT_MS: {
    schema: count(5_000, 10),
    description: 'How long one attempt to handle an event may take, ms.',
  },
  WORKER_DEDUP_MAX: {
    schema: whole(1, 1_000_000).default(20_000),
    description: 'Events remembered of each partition, so that none is handled twice; read back after a restart.',
  },
  WORKER_SESSION_TIMEOUT_MS: {
    schema: whole(1_000, 300_000).default(15_000),
    description: 'After this time without a sign of life another worker takes over, ms.',
  },
  DEMO_FAIL_EVERY: {
    schema: whole(0, 1_000_000_000).default(0),
    description: 'For demos: the handler fails for every so many-th event, each time it is tried; 0 for none.',
  },
  DEMO_SLOW_MS: {
    schema: whole(0, 600_000).default(0),
    description: 'For demos: each event takes so much longer, ms.',
  },
  DEMO_DIE_AFTER: {
    schema: whole(0, 1_000_000_000).default(0),
    description: 'For demos: the worker kills itself after so many events; 0 for never.',
  },
  SHUTDOWN_TIMEOUT_MS: {
    schema: count(20_000),
    description: 'How long an ordered stop may take before the process exits all the same, ms.',
  },
} as const satisfies Record<string, Variable>;

/** The name of a variable. */
export type VariableName = keyof typeof VARIABLES;

/** The variables' values after their schemas. */
export type Values = { readonly [Name in VariableName]: z.output<(typeof VARIABLES)[Name]['schema']> };
