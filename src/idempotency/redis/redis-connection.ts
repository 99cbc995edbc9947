import { isIP } from 'node:net';
import { createClient, ErrorReply } from '@redis/client';
import pTimeout from 'p-timeout';
import { ClaimsUnavailableError } from '../claim-store.ts';
import type { Script } from './scripts.ts';

/** What a script answers with. */
export type Reply = string | number | null | readonly Reply[];

/** One connection to one server process. It is never repaired: when it ends, what comes next is another one. */
export interface RedisConnection {
  /** Rejects with a ClaimsUnavailableError; its cause is an ErrorReply where Redis has refused the command. */
  ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  /** As `ask`. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<Reply>;
  /** Resolves with the reason when the connection has ended. */
  readonly ended: Promise<Error>;
  /** Ends it now. What is under way is rejected. */
  end(reason: Error): void;
}

type RedisClient = ReturnType<typeof newClient>;

/** How long Redis may take to accept a connection; and how long to make it of use, or to answer a command, ms. */
const CONNECT_TIMEOUT_MS = 1_000;
const ANSWER_WITHIN_MS = 2_000;

/** Refusals of a server that is not, or not any more, the one to ask. */
const NOT_THE_PRIMARY = new Set(['READONLY', 'MASTERDOWN', 'MOVED', 'CLUSTERDOWN']);

/** Rejects with a ClaimsUnavailableError. */
export async function openConnection(url: string): Promise<RedisConnection> {
  const ending = Promise.withResolvers<Error>();
  const client = newClient(url);
  client.on('error', (error: Error) => ending.resolve(error));
  client.on('end', () => ending.resolve(new Error('the connection has ended')));

  const connecting = client.connect();
  try {
    await pTimeout(connecting, { milliseconds: ANSWER_WITHIN_MS, message: silence() });
  } catch (error) {
    client.destroy();
    // A client that is destroyed while it connects connects all the same.
    void connecting.then(() => client.destroy()).catch(() => undefined);
    throw unavailable(withoutPassword(error, url));
  }

  function end(reason: Error): void {
    ending.resolve(reason);
    client.destroy();
  }

  async function ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await pTimeout(command(client), { milliseconds: ANSWER_WITHIN_MS, message: silence() });
    } catch (error) {
      const failure = unavailable(error);
      // Whatever has no answer may stay without one: a frozen server, a dead path. The others' answers are behind it.
      if (!(error instanceof ErrorReply) || NOT_THE_PRIMARY.has(codeOf(error) ?? '')) end(failure);
      throw failure;
    }
  }

  return {
    ask,
    end,
    ended: ending.promise,
    run: ({ sha1, text }, keys, args) =>
      ask(async () => {
        const options = { keys: [...keys], arguments: args.map(String) };
        const reply = await client.evalSha(sha1, options).catch((error: unknown) => {
          if (codeOf(error) !== 'NOSCRIPT') throw error;
          return client.eval(text, options);
        });
        return reply as Reply; // our scripts answer with nothing else
      }),
  };
}

/** Without what the client does by itself: to connect again, to keep commands until then, to send its name and to be told news. */
function newClient(url: string) {
  const { protocol, hostname } = new URL(url);
  const timing = { reconnectStrategy: false as const, connectTimeout: CONNECT_TIMEOUT_MS };
  const tls = { tls: true as const, ...(isIP(hostname) === 0 && { servername: hostname }) };
  return createClient({
    url,
    socket: protocol === 'rediss:' ? { ...timing, ...tls } : timing,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
}

function silence(): ClaimsUnavailableError {
  return new ClaimsUnavailableError(
    `Redis has not answered within ${ANSWER_WITHIN_MS} ms: it is frozen or too slow, or REDIS_URL leads elsewhere.`,
  );
}

function unavailable(error: unknown): ClaimsUnavailableError {
  if (error instanceof ClaimsUnavailableError) return error;
  const message =
    error instanceof ErrorReply
      ? `Redis refuses to work for us${inBrackets(codeOf(error))}: check it, and the user and password in REDIS_URL.`
      : 'Redis cannot be reached: check REDIS_URL and that the server is up.';
  return new ClaimsUnavailableError(message, { cause: error });
}

/** The first word of a refusal, such as OOM or NOAUTH. */
function codeOf(error: unknown): string | undefined {
  return error instanceof ErrorReply ? /^[A-Z]+\b/.exec(error.message)?.[0] : undefined;
}

function inBrackets(code: string | undefined): string {
  return code === undefined ? '' : ` (${code})`;
}

/** A server that does not know HELLO repeats it with all that came with it. */
function withoutPassword(error: unknown, url: string): unknown {
  const { password } = new URL(url);
  if (!(error instanceof ErrorReply) || password === '') return error;
  const clean = error.message.replaceAll(decodeURIComponent(password), '***').replaceAll(password, '***');
  return new ErrorReply(clean);
}
