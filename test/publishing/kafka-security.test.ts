import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { orderStatusChanged } from '../../src/domain/events.ts';
import { createKafkaPublisher } from '../../src/publishing/kafka/kafka-publisher.ts';
import type { KafkaSettings } from '../../src/kafka/kafka-settings.ts';
import { describeWithOwnKafka } from '../support/describe-with-kafka.ts';
import { silentLog } from '../support/silent-log.ts';

type Access = Omit<KafkaSettings, 'topic'>;

describeWithOwnKafka('a secured broker', ({ listeners, secrets, bootstrap }) => {
  const { username, password } = secrets;
  const pem = (file: string) => readFileSync(file, 'utf8');
  const ca = pem(secrets.caFile);
  const client = { cert: pem(secrets.certFile), key: pem(secrets.keyFile) };
  const plain = { mechanism: 'plain', username, password } as const;
  const scram = { mechanism: 'scram-sha-512', username, password } as const;

  test.each<[string, Access]>([
    ['SASL PLAIN', { brokers: [listeners.saslPlaintext], sasl: plain }],
    ['SCRAM-SHA-512', { brokers: [listeners.saslPlaintext], sasl: scram }],
    ['SASL PLAIN over TLS', { brokers: [listeners.saslSsl], sasl: plain, tls: { ca } }],
    ['SCRAM-SHA-512 over TLS', { brokers: [listeners.saslSsl], sasl: scram, tls: { ca } }],
    ['mutual TLS', { brokers: [listeners.ssl], tls: { ca, ...client } }],
  ])('%s: publishes', async (_name, access) => {
    const { ready, published } = await askAndPublish({ ...access, topic: 'orders' });
    expect(ready).toMatchObject({ status: 'fulfilled' });
    expect(published).toMatchObject({ status: 'fulfilled', value: { backend: 'kafka', topic: 'orders' } });
  });

  test.each<[string, Access & { topic?: string }, string[]]>([
    [
      'a wrong password',
      { brokers: [listeners.saslPlaintext], sasl: { ...plain, password: 'wrong' } },
      ['KAFKA_PASSWORD'],
    ],
    [
      'a wrong password with SCRAM',
      { brokers: [listeners.saslSsl], sasl: { ...scram, password: 'wrong' }, tls: { ca } },
      ['KAFKA_PASSWORD'],
    ],
    [
      'an unknown user',
      { brokers: [listeners.saslPlaintext], sasl: { ...scram, username: 'nobody' } },
      ['KAFKA_USERNAME'],
    ],
    ['no login where one is wanted', { brokers: [listeners.saslPlaintext] }, ['KAFKA_USERNAME']],
    ['a login where none is wanted', { brokers: [bootstrap], sasl: plain }, ['KAFKA_SASL_MECHANISM']],
    [
      'a wrong CA',
      { brokers: [listeners.saslSsl], sasl: plain, tls: { ca: pem(secrets.otherCaFile) } },
      ['KAFKA_CA_FILE'],
    ],
    ['no CA', { brokers: [listeners.saslSsl], sasl: plain, tls: {} }, ['KAFKA_CA_FILE']],
    ['no client certificate where one is wanted', { brokers: [listeners.ssl], tls: { ca } }, ['KAFKA_CERT_FILE']],
    ['TLS to a plain port', { brokers: [bootstrap], tls: { ca } }, ['KAFKA_TLS']],
    ['no TLS to a TLS port', { brokers: [listeners.ssl] }, ['KAFKA_TLS']],
    ['a port where nothing listens', { brokers: ['127.0.0.1:1'] }, ['KAFKA_BROKERS']],
    ['a host that does not exist', { brokers: ['kafka.invalid:9092'] }, ['KAFKA_BROKERS']],
    ['a missing topic', { brokers: [bootstrap], topic: 'no-such-topic' }, ['KAFKA_TOPIC']],
  ])(
    '%s: one line that names the setting, and certainly nothing published',
    async (_name, { topic = 'orders', ...access }, names) => {
      const { ready, published } = await askAndPublish({ ...access, topic });
      for (const outcome of [ready, published]) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'PublishError', outcome: 'rejected' } });
        const { message } = (outcome as PromiseRejectedResult).reason as Error;
        for (const name of names) expect(message).toContain(name);
        expect(message).not.toContain('\n');
        expect(message).not.toContain(password);
      }
    },
  );
});

/** Asks whether it is ready and publishes, each with a publisher of its own. */
async function askAndPublish(settings: KafkaSettings) {
  const [asked, publishing] = [0, 1].map(() => createKafkaPublisher({ settings, log: silentLog, timeoutMs: 5_000 }));
  if (asked === undefined || publishing === undefined) throw new Error('two publishers were made');
  const [ready, published] = await Promise.allSettled([
    asked.ready(),
    publishing.publish(
      orderStatusChanged('order-1', { status: 'shipped' }, { requestId: 'r', principal: 'p', receivedAt: Date.now() }),
    ),
  ]);
  await Promise.all([asked.close(), publishing.close()]);
  return { ready, published };
}
