import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request and its answer. */
export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** Knows every open connection of a server, and what was last asked on it. */
export interface Connections {
  /** The latest request on a connection that has no whole answer yet. */
  pending(socket: Duplex): Exchange | undefined;
  /**
   * Ends the connections on which nobody waits for an answer: those without a request, and, with `incomplete`, those
   * whose request has not arrived whole.
   */
  endUnused(options: { incomplete: boolean }): void;
}

/**
 * Once it is closing, Node no longer enforces its own limits, and does not take a connection for idle that never sent a
 * request: one silent client would keep the process from stopping.
 */
export function trackConnections(server: Server): Connections {
  const latest = new Map<Duplex, Exchange | undefined>();
  server.on('connection', (socket) => {
    latest.set(socket, undefined);
    socket.once('close', () => latest.delete(socket));
  });
  server.prependListener('request', (req, res) => latest.set(req.socket, { req, res }));

  function pending(socket: Duplex): Exchange | undefined {
    const exchange = latest.get(socket);
    return exchange === undefined || exchange.res.writableFinished ? undefined : exchange;
  }

  return {
    pending,
    endUnused({ incomplete }) {
      for (const socket of latest.keys()) {
        const exchange = pending(socket);
        if (exchange === undefined || (incomplete && !exchange.req.complete)) socket.destroy();
      }
    },
  };
}
