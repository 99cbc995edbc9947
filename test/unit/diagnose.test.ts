import { describe, expect, test } from '@jest/globals';
import { diagnose } from '../../src/kafka/diagnose.ts';

/** Errors as kafkajs 2.2.4 makes them: what they are called, and in a broker's error code the code's name. */
const named = (name: string, message: string, extras: object = {}) =>
  Object.assign(new Error(message), { name, ...extras });
const protocol = (type: string, message: string) => named('KafkaJSProtocolError', message, { type });
const connection = (message: string) =>
  named('KafkaJSConnectionError', message, { code: undefined, broker: 'kafka.internal:9092' });
const login = (message: string) => named('KafkaJSSASLAuthenticationError', message);
const retried = (cause: Error) => named('KafkaJSNumberOfRetriesExceeded', cause.message, { cause });

const closed = named('KafkaJSConnectionClosedError', 'Closed connection');
const timedOut = named('KafkaJSRequestTimeoutError', 'Request Produce(key: 0, version: 7) timed out');

const cases: [what: string, error: Error, reason: string, retriable: boolean, setting: string][] = [
  [
    'a refused connection',
    connection('Connection error: connect ECONNREFUSED 10.0.0.1:9092'),
    'unreachable',
    true,
    'KAFKA_BROKERS',
  ],
  [
    'an unknown host',
    connection('Connection error: getaddrinfo ENOTFOUND kafka.internal'),
    'unreachable',
    true,
    'KAFKA_BROKERS',
  ],
  ['a closed connection', closed, 'unreachable', true, 'KAFKA_TLS'],
  ['a connection that takes too long', connection('Connection timeout'), 'timeout', true, 'KAFKA_BROKERS'],
  ['a request that takes too long', timedOut, 'timeout', true, 'KAFKA_BROKERS'],
  [
    'a wrong password',
    login('SASL PLAIN authentication failed: Authentication failed: Invalid username or password'),
    'authentication',
    false,
    'KAFKA_PASSWORD',
  ],
  [
    'a mechanism that is not offered',
    login('SASL PLAIN mechanism is not supported by the server'),
    'authentication',
    false,
    'KAFKA_SASL_MECHANISM',
  ],
  [
    'a certificate we do not trust',
    connection('Connection error: self-signed certificate in certificate chain'),
    'authentication',
    false,
    'KAFKA_CA_FILE',
  ],
  [
    'a certificate for another host',
    connection("Connection error: Hostname/IP does not match certificate's altnames"),
    'authentication',
    false,
    'KAFKA_CA_FILE',
  ],
  [
    'a certificate that is out of date',
    connection('Connection error: certificate has expired'),
    'authentication',
    false,
    'KAFKA_CA_FILE',
  ],
  [
    'a certificate of ours that is not taken',
    connection('Connection error: ssl/tls alert bad certificate: SSL alert number 42'),
    'authentication',
    false,
    'KAFKA_CERT_FILE',
  ],
  [
    'TLS where the port has none',
    connection('Connection error: write EPROTO: wrong version number'),
    'unreachable',
    false,
    'KAFKA_TLS',
  ],
  [
    'no such topic',
    protocol('UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition'),
    'topic_missing',
    true,
    'KAFKA_TOPIC',
  ],
  [
    'no right to write',
    protocol('TOPIC_AUTHORIZATION_FAILED', 'Not authorized to access topics: [Topic authorization failed]'),
    'authorization',
    false,
    'KAFKA_USERNAME',
  ],
  [
    'no right to be in the group',
    protocol('GROUP_AUTHORIZATION_FAILED', 'Not authorized to access group: Group authorization failed'),
    'authorization',
    false,
    'KAFKA_GROUP',
  ],
  [
    'no right to use transactions',
    protocol('TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'Transactional Id authorization failed'),
    'authorization',
    false,
    'transactional ids',
  ],
  [
    'a message that is too large',
    protocol(
      'MESSAGE_TOO_LARGE',
      'The request included a message larger than the max message size the server will accept',
    ),
    'too_large',
    false,
    'max.message.bytes',
  ],
  [
    'too few replicas',
    protocol('NOT_ENOUGH_REPLICAS', 'Messages are rejected since there are fewer in-sync replicas than required'),
    'not_enough_replicas',
    true,
    'min.insync.replicas',
  ],
  [
    'a timestamp out of bounds',
    protocol('INVALID_TIMESTAMP', 'The timestamp of the message is out of acceptable range'),
    'invalid_timestamp',
    false,
    'message.timestamp.before.max.ms',
  ],
  [
    'no leader',
    protocol(
      'LEADER_NOT_AVAILABLE',
      'There is no leader for this topic-partition as we are in the middle of a leadership election',
    ),
    'unreachable',
    true,
    'leader',
  ],
  ['something new', new Error('who knows'), 'backend_error', true, 'log'],
];

describe('an error of the client is told in terms of the setting to look at', () => {
  test.each(cases)('%s', (_what, error, reason, retriable, setting) => {
    expect(diagnose(error)).toMatchObject({ reason, retriable, message: expect.stringContaining(setting) });
  });

  test.each(cases)('%s, after retries', (_what, error, reason, retriable) => {
    expect(diagnose(retried(error))).toMatchObject({ reason, retriable });
  });

  test.each(cases)('%s: in one line, without addresses', (_what, error) => {
    expect(diagnose(retried(error)).message).toMatch(/^(?!.*(kafka\.internal|10\.0\.0\.1))[^\n]+$/);
  });
});

test.each([undefined, null, 'text', 5])('what is no error gets an answer too: %j', (thrown) => {
  expect(diagnose(thrown)).toMatchObject({ reason: 'backend_error' });
});

test('the inner cause counts, not the broken connection it leads to', () => {
  const cause = login('Authentication failed');
  expect(diagnose(new Error('Closed connection', { cause })).reason).toBe('authentication');
});
