import { STATUS_CODES, createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../telemetry/logger.ts';
import { trackConnections, type Connections, type Exchange } from './connections.ts';
import { ProblemError } from './problem-error.ts';
import { problemBody } from './reply.ts';
import { makeRequestId } from './request-id.ts';

/** How long a client may take to send a request's head and its whole, ms: slower ones would hold connections for nothing. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
const TIMEOUTS_CHECKED_EVERY_MS = 1_000;

/** Longer than the 60 s after which load balancers let go of idle connections, so that they and not we close them, ms. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

const CLOSE_UNUSED_EVERY_MS = 50;

/** How long a request may go on arriving once the port is closed, ms. */
const ARRIVAL_MS = 2_000;

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Serves for another moment, stops accepting, and resolves once every request under way has its answer. */
  close(): Promise<void>;
}

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** How long connections are still served, and asked to close, before the port closes, ms. */
  readonly drainMs: number;
  readonly log: Logger;
}

/** Listens. Rejects with the error of the port (EADDRINUSE, EACCES). */
export async function listen(app: RequestListener, options: ListenOptions): Promise<HttpServer> {
  const { host, port, drainMs, log } = options;
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS,
  };
  // A missing Host and an unknown Expect go to the application: Node's own answers to them are no problem documents.
  const server = createServer({ ...limits, requireHostHeader: false }, app);
  server.on('checkExpectation', app);
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  const connections = trackConnections(server);
  answerClientErrors(server, connections, log);
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo; // of a server that listens on a port
  return { port: address.port, close: () => drain(server, connections, drainMs) };
}

async function drain(server: Server, connections: Connections, drainMs: number): Promise<void> {
  await sleep(drainMs);
  const closed = once(server, 'close');
  server.close();
  const start = performance.now();
  const timer = setInterval(() => {
    connections.endUnused({ incomplete: performance.now() - start > ARRIVAL_MS });
  }, CLOSE_UNUSED_EVERY_MS);
  await closed;
  clearInterval(timer);
}

/**
 * What is not HTTP never reaches the application, but is still answered as everything else is: after the answers to the
 * whole requests before it on its connection, or a client would take its 400 for the answer to an accepted order.
 */
function answerClientErrors(server: Server, connections: Connections, log: Logger): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const before = connections.pending(socket);
    if (before?.req.complete) before.res.once('close', () => answerClientError(error, socket, undefined, log));
    else answerClientError(error, socket, before, log);
  });
}

function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  cutOff: Exchange | undefined,
  log: Logger,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const detail = late
    ? 'The request did not arrive in time.'
    : cutOff === undefined
      ? 'The request is not valid HTTP, or its head is too large.'
      : 'The request was cut off, or its body is not valid HTTP.';
  const given = cutOff?.res.getHeader('X-Request-Id');
  const requestId = typeof given === 'string' ? given : makeRequestId();
  log.info('request refused', { requestId, problem: '/problems/malformed-request', detail, cause: error.code });
  const { status, body } = problemBody(new ProblemError('/problems/malformed-request', detail), requestId);
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
