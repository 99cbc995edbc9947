/** What is wrong with Kafka, in a word. */
export type KafkaFault =
  | 'unreachable'
  | 'timeout'
  | 'authentication'
  | 'authorization'
  | 'topic_missing'
  | 'too_large'
  | 'invalid_timestamp'
  | 'not_enough_replicas'
  | 'backend_error';

/** What a Kafka error means to the person who has to mend it. */
export interface Diagnosis {
  readonly reason: KafkaFault;
  /** Whether it may pass without anybody changing a setting. */
  readonly retriable: boolean;
  /** One line: what happened, and which setting to look at. */
  readonly message: string;
}

interface Symptom extends Diagnosis {
  readonly pattern: RegExp;
}

const UNREACHABLE = 'Kafka cannot be reached: check that it runs, KAFKA_BROKERS, and KAFKA_TLS if the port wants it.';

/** First match wins: what cannot be mistaken stands first (a host name may hold any word), then causes that name themselves,
 * then the broken connections they lead to. */
const SYMPTOMS: readonly Symptom[] = [
  {
    pattern: /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)\b/,
    reason: 'unreachable',
    retriable: true,
    message: UNREACHABLE,
  },
  {
    pattern: /timed out|timeout/i,
    reason: 'timeout',
    retriable: true,
    message: 'Kafka did not answer in time: is a broker frozen or overloaded, or KAFKA_BROKERS behind a firewall?',
  },
  {
    pattern: /UNSUPPORTED_SASL_MECHANISM|does not support the .*mechanism|mechanism is not supported/i,
    reason: 'authentication',
    retriable: false,
    message: 'The Kafka broker does not offer this way to log in: check KAFKA_SASL_MECHANISM (plain or scram-sha-512).',
  },
  {
    pattern: /SASL|ILLEGAL_SASL_STATE|Authentication failed/i,
    reason: 'authentication',
    retriable: false,
    message: 'Kafka refused the login: check KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_SASL_MECHANISM.',
  },
  {
    pattern: /certificate required|bad certificate|unknown ca|alert (number )?(42|46|48|116)|handshake failure/i,
    reason: 'authentication',
    retriable: false,
    message: 'The Kafka broker did not accept our certificate: check KAFKA_CERT_FILE and KAFKA_KEY_FILE.',
  },
  {
    pattern: /wrong version number|packet length too long|EPROTO|before secure TLS connection/i,
    reason: 'unreachable',
    retriable: false,
    message: 'The Kafka broker does not seem to speak TLS on this port: check KAFKA_TLS and the port in KAFKA_BROKERS.',
  },
  {
    pattern: /certificate|altname|self.signed|CERT_/i,
    reason: 'authentication',
    retriable: false,
    message: "The Kafka broker's certificate is not trusted: check KAFKA_CA_FILE and the host name in KAFKA_BROKERS.",
  },
  {
    pattern: /UNKNOWN_TOPIC|does not host this topic|INVALID_TOPIC/i,
    reason: 'topic_missing',
    retriable: true,
    message: 'The topic is not there: create it, or check KAFKA_TOPIC.',
  },
  {
    pattern: /GROUP_AUTHORIZATION_FAILED|authorized to access group/i,
    reason: 'authorization',
    retriable: false,
    message: 'This Kafka user may not be a member of the group: grant Read on the group KAFKA_GROUP to KAFKA_USERNAME.',
  },
  {
    pattern: /TRANSACTIONAL_ID_AUTHORIZATION|transactional ?id authorization/i,
    reason: 'authorization',
    retriable: false,
    message:
      'This Kafka user may not use transactions: grant Write and Describe on the transactional ids that begin with KAFKA_GROUP to KAFKA_USERNAME.',
  },
  {
    pattern: /AUTHORIZATION_FAILED|Not authorized/i,
    reason: 'authorization',
    retriable: false,
    message:
      'This Kafka user may not use the topic: grant Write, Read and Describe on it to KAFKA_USERNAME (docs/worker.md has what the worker needs).',
  },
  {
    pattern: /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|too large|larger than the max/i,
    reason: 'too_large',
    retriable: false,
    message: 'The message is larger than the topic takes (its max.message.bytes).',
  },
  {
    pattern: /NOT_ENOUGH_REPLICAS|fewer in-sync replicas/i,
    reason: 'not_enough_replicas',
    retriable: true,
    message:
      'Kafka has fewer in-sync replicas than the topic asks for (its min.insync.replicas); it takes no messages now.',
  },
  {
    pattern: /INVALID_TIMESTAMP|timestamp of the message/i,
    reason: 'invalid_timestamp',
    retriable: false,
    message:
      "The message's timestamp is outside what the topic takes (message.timestamp.before.max.ms and after.max.ms): it came too late, or a clock is wrong.",
  },
  {
    pattern: /LEADER_NOT_AVAILABLE|no leader/i,
    reason: 'unreachable',
    retriable: true,
    message: 'A partition of the topic has no leader now; Kafka is electing one, or too many brokers are away.',
  },
  {
    pattern: /closed connection|closed by the server/i,
    reason: 'unreachable',
    retriable: true,
    message:
      'Kafka closed the connection: if it goes on, check whether the port wants a login (KAFKA_USERNAME) or TLS (KAFKA_TLS).',
  },
  {
    pattern: /ECONNRESET|EPIPE|connect|closed/i,
    reason: 'unreachable',
    retriable: true,
    message: UNREACHABLE,
  },
];

const UNKNOWN: Diagnosis = {
  reason: 'backend_error',
  retriable: true,
  message: 'Kafka did not do what it was asked, for a reason that the log names.',
};

/** Names the cause of a kafkajs error, from the innermost error outwards. The words are fit for clients: no addresses. */
export function diagnose(error: unknown): Diagnosis {
  const text = describe(error);
  const symptom = SYMPTOMS.find(({ pattern }) => pattern.test(text));
  const { reason, retriable, message } = symptom ?? UNKNOWN;
  return { reason, retriable, message };
}

function describe(error: unknown): string {
  const lines: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, type } = at as Error & { code?: unknown; type?: unknown };
    lines.unshift([at.name, at.message, code, type].filter((part) => typeof part === 'string').join(' '));
  }
  return lines.length > 0 ? lines.join('\n') : String(error);
}
