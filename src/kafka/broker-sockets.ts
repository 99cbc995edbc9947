import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { createFrameReader } from './frame-reader.ts';

/** Sees what goes over one socket. */
export interface SocketObserver {
  /** A request as it is handed to the socket, with its length prefix. */
  sent(bytes: Buffer): void;
  /** An answer, without its length prefix. */
  received(frame: Buffer): void;
}

/** The sockets of one Kafka client. */
export interface BrokerSockets {
  /** Hand this to the Kafka client. */
  readonly socketFactory: ISocketFactory;
  /** Ends every socket that is still open; kafkajs forgets some of those it has reconnected. */
  readonly destroyAll: () => void;
}

const KEEP_ALIVE_DELAY_MS = 60_000;

/**
 * Sockets that hand kafkajs whole answers only. It keeps the half of an answer over a lost connection and reads the next
 * connection's bytes behind it, which ends the process with a RangeError or leaves the connection out of step.
 *
 * `tls` undefined means plain TCP; `observe` is called once for each socket. A request for which `hold` gives a promise is sent
 * when that has resolved; others overtake it, and answers find their requests by number.
 */
export function createBrokerSockets(options: {
  readonly tls: tls.ConnectionOptions | undefined;
  readonly observe?: () => SocketObserver;
  readonly hold?: (request: Buffer) => Promise<void> | undefined;
}): BrokerSockets {
  const open = new Set<net.Socket>();

  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const serverName = net.isIP(host) === 0 ? { servername: host } : {};
    const socket =
      options.tls === undefined
        ? net.connect({ host, port }, onConnect)
        : tls.connect({ host, port, ...serverName, ...options.tls }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    socket.setNoDelay(true);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const observer = options.observe?.();
    if (observer !== undefined) observeWrites(socket, observer);
    if (options.hold !== undefined) holdWrites(socket, options.hold);
    deliverWholeFrames(socket, observer);
    return socket;
  };

  return {
    socketFactory,
    destroyAll: () => {
      // With an error, because kafkajs hears nothing else of it and would go on watching the connection for timeouts.
      for (const socket of open) socket.destroy(new Error('closed connection: this client is not used any more'));
    },
  };
}

function observeWrites(socket: net.Socket, observer: SocketObserver): void {
  const write = socket.write.bind(socket);
  socket.write = ((chunk: Uint8Array, ...rest: [BufferEncoding]) => {
    observer.sent(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    return write(chunk, ...rest);
  }) as typeof socket.write;
}

/** kafkajs writes each request whole. */
function holdWrites(socket: net.Socket, hold: (request: Buffer) => Promise<void> | undefined): void {
  const write = socket.write.bind(socket);
  socket.write = ((chunk: Uint8Array, ...rest: [BufferEncoding]) => {
    const held = hold(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (held === undefined) return write(chunk, ...rest);
    void held.then(() => socket.writable && write(chunk, ...rest));
    return true;
  }) as typeof socket.write;
}

function deliverWholeFrames(socket: net.Socket, observer: SocketObserver | undefined): void {
  const on = socket.on.bind(socket);
  const deliver = (listener: (bytes: Buffer) => void) => {
    const frames = createFrameReader();
    return (chunk: Buffer): void => {
      let whole: Buffer[];
      try {
        whole = frames(chunk);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      for (const frame of whole) {
        observer?.received(frame);
        listener(withLength(frame));
      }
    };
  };
  socket.on = ((event: string, listener: (bytes: Buffer) => void) =>
    on(event, event === 'data' ? deliver(listener) : listener)) as typeof socket.on;
}

/** The frame with the length prefix that stands before it in the same memory. */
function withLength(frame: Buffer): Buffer {
  return Buffer.from(frame.buffer, frame.byteOffset - 4, frame.length + 4);
}
