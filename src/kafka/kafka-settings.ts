import type { KafkaConfig, SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';

/** How to reach Kafka; the environment variables are those of the README. */
export interface KafkaSettings {
  /** host:port of each bootstrap broker (KAFKA_BROKERS). */
  readonly brokers: readonly string[];
  /** What the client is called in the brokers' logs and quotas; `orders-api` without it. */
  readonly clientId?: string;
  /** KAFKA_TOPIC */
  readonly topic: string;
  /** KAFKA_SASL_MECHANISM, KAFKA_USERNAME, KAFKA_PASSWORD */
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** PEM texts of KAFKA_CA_FILE, KAFKA_CERT_FILE, KAFKA_KEY_FILE; absent where KAFKA_TLS is off. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** TLS options for a socket; undefined for plain TCP. */
export function tlsOptionsOf({ tls }: KafkaSettings): ConnectionOptions | undefined {
  return tls === undefined ? undefined : { ...tls };
}

/** The parts of a kafkajs configuration that follow from the settings alone. */
export function connectionOptionsOf(settings: KafkaSettings): Pick<KafkaConfig, 'sasl' | 'ssl'> {
  return {
    ...(settings.sasl === undefined ? {} : { sasl: saslOf(settings.sasl) }),
    ...(settings.tls === undefined ? {} : { ssl: { ...settings.tls } }),
  };
}

function saslOf({ mechanism, username, password }: NonNullable<KafkaSettings['sasl']>): SASLOptions {
  return mechanism === 'plain' ? { mechanism, username, password } : { mechanism, username, password };
}
