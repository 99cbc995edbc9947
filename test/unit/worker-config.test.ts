import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/values.ts';
import { readWorkerConfig } from '../../src/config/worker-config.ts';

type Environment = Record<string, string>;

const kafka = { KAFKA_BROKERS: 'a:9092, b:9093' };

function faultsOf(env: Environment): readonly string[] {
  try {
    readWorkerConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test('with brokers alone it is what the README says', () => {
  expect(readWorkerConfig(kafka)).toEqual({
    host: '127.0.0.1',
    healthPort: 8081,
    metricsPort: 9465,
    logLevel: 'info',
    adminKey: undefined,
    kafka: { brokers: ['a:9092', 'b:9093'], topic: 'orders', clientId: 'orders-worker' },
    deadLetterTopic: 'orders.dlq',
    retryTopic: 'orders.retry',
    group: 'orders-worker',
    concurrency: 64,
    handlerTimeoutMs: 5_000,
    dedupMax: 20_000,
    sessionTimeoutMs: 15_000,
    drainMs: 9_000,
    demo: { failEvery: 0, slowMs: 0, dieAfter: 0 },
    shutdownTimeoutMs: 20_000,
  });
});

test('every variable of the worker is heard', () => {
  const env = {
    ...kafka,
    HOST: '0.0.0.0',
    HEALTH_PORT: '1',
    METRICS_PORT: '2',
    LOG_LEVEL: 'debug',
    ADMIN_API_KEY: 'key',
    KAFKA_TOPIC: 'o',
    KAFKA_DLQ_TOPIC: 'd',
    KAFKA_RETRY_TOPIC: 'r',
    KAFKA_GROUP: 'g',
    WORKER_CONCURRENCY: '3',
    WORKER_HANDLER_TIMEOUT_MS: '40',
    WORKER_DEDUP_MAX: '5',
    WORKER_SESSION_TIMEOUT_MS: '6000',
    DEMO_FAIL_EVERY: '7',
    DEMO_SLOW_MS: '8',
    DEMO_DIE_AFTER: '9',
    SHUTDOWN_TIMEOUT_MS: '3600',
  };
  expect(readWorkerConfig(env)).toEqual({
    host: '0.0.0.0',
    healthPort: 1,
    metricsPort: 2,
    logLevel: 'debug',
    adminKey: 'key',
    kafka: { brokers: ['a:9092', 'b:9093'], topic: 'o', clientId: 'orders-worker' },
    deadLetterTopic: 'd',
    retryTopic: 'r',
    group: 'g',
    concurrency: 3,
    handlerTimeoutMs: 40,
    dedupMax: 5,
    sessionTimeoutMs: 6_000,
    drainMs: 3_600,
    demo: { failEvery: 7, slowMs: 8, dieAfter: 9 },
    shutdownTimeoutMs: 3_600,
  });
});

describe('faults', () => {
  test('without brokers there is nothing to read, whatever the mode of the API', () => {
    const fault = 'KAFKA_BROKERS: required by the worker: it reads a Kafka topic';
    expect(faultsOf({})).toEqual([fault]);
    expect(faultsOf({ BACKEND_MODE: 'memory', KAFKA_BROKERS: ' , ' })).toEqual([fault]);
  });

  test.each([
    ['the orders as dead letters', { KAFKA_DLQ_TOPIC: 'orders' }],
    ['the orders as retries', { KAFKA_RETRY_TOPIC: 'orders' }],
    ['dead letters as retries', { KAFKA_RETRY_TOPIC: 'orders.dlq' }],
    ['one topic for all', { KAFKA_TOPIC: 't', KAFKA_DLQ_TOPIC: 't', KAFKA_RETRY_TOPIC: 't' }],
  ])('three topics are three: %s', (_which, topics) => {
    expect(faultsOf({ ...kafka, ...topics })).toEqual([
      'KAFKA_TOPIC: KAFKA_TOPIC, KAFKA_DLQ_TOPIC and KAFKA_RETRY_TOPIC must be three topics',
    ]);
  });

  test.each<readonly [string, Environment, readonly string[]]>([
    ['the same twice', { HEALTH_PORT: '9000', METRICS_PORT: '9000' }, ['METRICS_PORT']],
    ['that of the metrics, which nobody has set', { HEALTH_PORT: '9465' }, ['METRICS_PORT']],
    ['that of the health, which nobody has set', { METRICS_PORT: '8081' }, ['METRICS_PORT']],
    ['none', { HEALTH_PORT: '65536' }, ['HEALTH_PORT']],
    ['any free one, twice', { HEALTH_PORT: '0', METRICS_PORT: '0' }, []],
  ])('a port that is %s', (_fault, ports, names) => {
    expect(faultsOf({ ...kafka, ...ports }).map((fault) => fault.split(':', 1)[0])).toEqual(names);
  });

  test.each([
    [
      'an attempt longer than partitions that move are waited for',
      { WORKER_HANDLER_TIMEOUT_MS: '9001' },
      'WORKER_HANDLER_TIMEOUT_MS',
    ],
    ['a stop shorter than that', { SHUTDOWN_TIMEOUT_MS: '8999' }, 'SHUTDOWN_TIMEOUT_MS'],
  ])('%s', (_fault, times, name) => {
    expect(faultsOf({ ...kafka, ...times }).map((fault) => fault.split(':', 1)[0])).toEqual([name]);
  });

  test('are told all at once, each with its variable', () => {
    const env = {
      KAFKA_BROKERS: 'a',
      KAFKA_RETRY_TOPIC: 'orders',
      WORKER_CONCURRENCY: '0',
      WORKER_HANDLER_TIMEOUT_MS: '9',
      WORKER_DEDUP_MAX: '1000001',
      WORKER_SESSION_TIMEOUT_MS: '999',
      DEMO_FAIL_EVERY: '-1',
      DEMO_SLOW_MS: 'slow',
      DEMO_DIE_AFTER: '1.5',
      HEALTH_PORT: 'http',
      ADMIN_API_KEY: 'two words',
    };
    const named = faultsOf(env).map((fault) => fault.split(':', 1)[0]);
    const { KAFKA_RETRY_TOPIC: _twice, ...each } = env;
    expect(named.sort()).toEqual([...Object.keys(each), 'KAFKA_TOPIC'].sort());
  });

  test('show no secret', () => {
    expect(faultsOf({ ...kafka, ADMIN_API_KEY: 'secret key' }).join('\n')).not.toContain('secret');
  });
});
