import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generate } from 'selfsigned';
import { readConfig } from '../../src/config/api-config.ts';
import { ConfigError } from '../../src/config/values.ts';

type Environment = Record<string, string>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orders-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The path of a new file with this text. */
function fileWith(text: string): string {
  const path = join(mkdtempSync(join(folder, 'file-')), 'content');
  writeFileSync(path, text);
  return path;
}

/** All that is wrong with the environment. */
function faultsOf(env: Environment): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

/** The names of the variables the faults are about, sorted. */
const namesOf = (env: Environment) =>
  faultsOf(env)
    .map((fault) => fault.split(':', 1)[0] ?? '')
    .sort();

const kafka = { BACKEND_MODE: 'kafka', API_KEY: 'key', KAFKA_BROKERS: 'a:9092, b:9093' };

describe('without any variable', () => {
  test('the service can be tried out: in memory, on this machine, with a key everybody knows', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      metricsPort: 9464,
      logLevel: 'info',
      apiKeys: [{ principal: 'default', key: 'dev-key' }],
      developmentKey: 'dev-key',
      backend: { mode: 'memory', topic: 'orders' },
      claims: { store: 'memory' },
      idempotencyTtlMs: 86_400_000,
      idempotencyMax: 1_000_000,
      viewTail: 'earliest',
      publishTimeoutMs: 5_000,
      maxInFlight: 2_000,
      bodyLimitBytes: 262_144,
      ordersCacheMax: 10_000,
      deadLetterFile: undefined,
      shutdownTimeoutMs: 20_000,
      warnings: [],
    });
  });

  test('an empty value is no value', () => {
    const names = ['PORT', 'HOST', 'API_KEY', 'API_KEYS', 'KAFKA_BROKERS', 'LOG_LEVEL', 'API_KEY_FILE'];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, ''])))).toEqual(readConfig({}));
  });
});

describe('faults', () => {
  test('are told all at once, each with its variable', () => {
    const env = {
      PORT: 'http',
      METRICS_PORT: '70000',
      LOG_LEVEL: 'loud',
      BACKEND_MODE: 'paper',
      KAFKA_TLS: 'yes',
      PUBLISH_TIMEOUT_MS: '5',
      MAX_IN_FLIGHT: '0',
      BODY_LIMIT_BYTES: '1.5',
      ORDERS_CACHE_MAX: '-1',
      SHUTDOWN_TIMEOUT_MS: 'soon',
      API_KEYS: 'nonsense',
      KAFKA_USERNAME: 'someone',
    };
    expect(new Set(namesOf(env))).toEqual(new Set(Object.keys(env)));
  });

  test('stand together in the message of the error', () => {
    expect(() => readConfig({ PORT: 'x', LOG_LEVEL: 'y' })).toThrow(/PORT: .*\n.*LOG_LEVEL: /);
  });

  test.each<[string, Environment, string[]]>([
    ['Kafka without brokers and key', { BACKEND_MODE: 'kafka' }, ['API_KEY', 'KAFKA_BROKERS']],
    ['a broker without a port', { ...kafka, KAFKA_BROKERS: 'a:9092,b' }, ['KAFKA_BROKERS']],
    ['brokers that are commas alone', { ...kafka, KAFKA_BROKERS: ' , ' }, ['KAFKA_BROKERS']],
    ['a user name without a password', { ...kafka, KAFKA_USERNAME: 'u' }, ['KAFKA_USERNAME']],
    ['a password without a user name', { ...kafka, KAFKA_PASSWORD: 'p' }, ['KAFKA_USERNAME']],
    ['a mechanism without a user', { ...kafka, KAFKA_SASL_MECHANISM: 'plain' }, ['KAFKA_SASL_MECHANISM']],
    ['an unknown mechanism', { ...kafka, KAFKA_SASL_MECHANISM: 'md5' }, ['KAFKA_SASL_MECHANISM']],
    ['a file that is not there', { ...kafka, KAFKA_TLS: 'true', KAFKA_CA_FILE: '/nowhere/ca' }, ['KAFKA_CA_FILE']],
    ['an authority without TLS', { ...kafka, KAFKA_CA_FILE: '/nowhere/ca' }, ['KAFKA_CA_FILE', 'KAFKA_CA_FILE']],
    ['one key and several', { API_KEY: 'a', API_KEYS: 'b:c' }, ['API_KEY']],
  ])('%s', (_fault, env, names) => {
    expect(namesOf(env)).toEqual(names);
  });

  test('a certificate needs its key, and a key its certificate', () => {
    const file = fileWith('pem');
    for (const name of ['KAFKA_CERT_FILE', 'KAFKA_KEY_FILE']) {
      expect(namesOf({ ...kafka, KAFKA_TLS: 'true', [name]: file })).toEqual(['KAFKA_CERT_FILE']);
    }
  });

  test('show no secret', () => {
    const env = { API_KEYS: 'shop:good,secret-without-principal', KAFKA_PASSWORD: 'secret-password' };
    expect(faultsOf(env)).toHaveLength(2);
    expect(faultsOf(env).join('\n')).not.toContain('secret-');
  });
});

describe('keys', () => {
  test('one key is that of the principal `default`, and no development key is made up', () => {
    const config = readConfig({ API_KEY: 'my-key' });
    expect(config.apiKeys).toEqual([{ principal: 'default', key: 'my-key' }]);
    expect(config.developmentKey).toBeUndefined();
  });

  test('several keys have a principal each', () => {
    expect(readConfig({ API_KEYS: 'shop:key-1, partner.eu_1-x:k:e:y ' }).apiKeys).toEqual([
      { principal: 'shop', key: 'key-1' },
      { principal: 'partner.eu_1-x', key: 'k:e:y' },
    ]);
  });

  test.each(['shop', 'shop:', ':key', 'shop:key,', 'shop:key,,b:c', 'sh op:key', 'shop:k ey', `${'x'.repeat(65)}:key`])(
    'are refused unless each is `principal:key`: %j',
    (API_KEYS) => {
      expect(namesOf({ API_KEYS })).toEqual(['API_KEYS']);
    },
  );

  test('the made-up key is for the memory backend alone', () => {
    expect(namesOf({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: 'a:1' })).toEqual(['API_KEY']);
  });
});

describe("the operators' key", () => {
  const ADMIN_API_KEY = 'operators-key';

  test('is that of the principal `admin`, beside the keys of clients', () => {
    const admin = { principal: 'admin', key: ADMIN_API_KEY };
    expect(readConfig({ API_KEYS: 'shop:key-1', ADMIN_API_KEY }).apiKeys).toContainEqual(admin);
    expect(readConfig({ API_KEY: 'key-1', ADMIN_API_KEY }).apiKeys).toContainEqual(admin);
    expect(readConfig({ ADMIN_API_KEY_FILE: fileWith(`${ADMIN_API_KEY}\n`) }).apiKeys).toContainEqual(admin);
  });

  test('does not stand in for the key of clients', () => {
    expect(readConfig({ ADMIN_API_KEY }).developmentKey).toBe('dev-key');
    expect(namesOf({ BACKEND_MODE: 'kafka', KAFKA_BROKERS: 'a:1', ADMIN_API_KEY })).toEqual(['API_KEY']);
  });

  test.each([{ API_KEYS: `shop:${ADMIN_API_KEY}` }, { API_KEY: ADMIN_API_KEY }])("is nobody else's: %j", (keys) => {
    expect(namesOf({ ...keys, ADMIN_API_KEY })).toEqual(['ADMIN_API_KEY']);
  });

  test('is not the key that everybody knows', () => {
    expect(namesOf({ ADMIN_API_KEY: 'dev-key' })).toEqual(['ADMIN_API_KEY']);
  });

  test('nobody else is called as its principal, with it or without it', () => {
    expect(namesOf({ API_KEYS: 'admin:key-1' })).toEqual(['API_KEYS']);
    expect(namesOf({ API_KEYS: 'admin:key-1', ADMIN_API_KEY })).toEqual(['API_KEYS']);
  });
});

describe('a secret', () => {
  test('may come from a file, without the line break at its end', () => {
    expect(readConfig({ API_KEY_FILE: fileWith('from-file\n') }).apiKeys[0]?.key).toBe('from-file');
    expect(readConfig({ API_KEYS_FILE: fileWith('shop:from-file\n') }).apiKeys[0]?.key).toBe('from-file');
    const config = readConfig({ ...kafka, KAFKA_USERNAME: 'u', KAFKA_PASSWORD_FILE: fileWith('from-file\n') });
    expect(config.backend).toMatchObject({ kafka: { sasl: { password: 'from-file' } } });
  });

  test.each(['API_KEY', 'API_KEYS', 'KAFKA_PASSWORD'])('%s may not come twice', (name) => {
    const env = { ...kafka, API_KEY: '', KAFKA_USERNAME: 'u', [name]: 'a:b', [`${name}_FILE`]: fileWith('a:c') };
    expect(faultsOf(env)).toContain(`${name}: give either ${name} or ${name}_FILE, not both`);
  });

  test('may not come from a file that cannot be read', () => {
    expect(faultsOf({ API_KEY_FILE: '/nowhere/key' })[0]).toMatch(/^API_KEY_FILE: \/nowhere\/key cannot be read/);
  });

  test('may not come from an empty file: nobody who names a file means the key that everybody knows', () => {
    expect(namesOf({ API_KEY_FILE: fileWith('\n') })).toEqual(['API_KEY_FILE']);
  });

  test('that is none cannot come from a file', () => {
    expect(readConfig({ KAFKA_TOPIC_FILE: fileWith('other') }).backend).toEqual({ mode: 'memory', topic: 'orders' });
  });
});

describe('Kafka', () => {
  test('is reached as the variables say', () => {
    expect(readConfig({ ...kafka, KAFKA_TOPIC: 'other' }).backend).toEqual({
      mode: 'kafka',
      kafka: { brokers: ['a:9092', 'b:9093'], topic: 'other' },
    });
  });

  test('with a user name alone the login is plain', () => {
    const env = { ...kafka, KAFKA_USERNAME: 'u', KAFKA_PASSWORD: 'p' };
    const sasl = { username: 'u', password: 'p' };
    expect(readConfig(env).backend).toMatchObject({ kafka: { sasl: { ...sasl, mechanism: 'plain' } } });
    expect(readConfig({ ...env, KAFKA_SASL_MECHANISM: 'scram-sha-512' }).backend).toMatchObject({
      kafka: { sasl: { ...sasl, mechanism: 'scram-sha-512' } },
    });
  });

  test('TLS has the texts of its files', async () => {
    const pem = await generate([{ name: 'commonName', value: 'test' }]);
    expect(readConfig({ ...kafka, KAFKA_TLS: 'true' }).backend).toMatchObject({ kafka: { tls: {} } });
    const files = {
      KAFKA_CA_FILE: fileWith(pem.cert),
      KAFKA_CERT_FILE: fileWith(pem.cert),
      KAFKA_KEY_FILE: fileWith(pem.private),
    };
    expect(readConfig({ ...kafka, KAFKA_TLS: 'true', ...files }).backend).toMatchObject({
      kafka: { tls: { ca: pem.cert, cert: pem.cert, key: pem.private } },
    });
    expect(namesOf({ ...kafka, KAFKA_TLS: 'true', ...files, KAFKA_KEY_FILE: fileWith('no key') })).toEqual([
      'KAFKA_TLS',
    ]);
  });
});
