import net from 'node:net';
import { once } from 'node:events';
import { createHeldFrames, type Hold } from './held-frames.ts';

/** A TCP proxy before any one server. */
export interface TcpProxy {
  /** On 127.0.0.1 */
  readonly port: number;
  /** Keeps what is sent in the network from now on; it arrives when that ends, also when its sender has gone. */
  hold(what: Hold): void;
  /** Cuts all connections now; new ones may be made. */
  cutAll(): void;
  close(): Promise<void>;
}

/** Starts one before 127.0.0.1:`target`, where nobody has to listen yet. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const network = createHeldFrames();
  const sockets = new Set<net.Socket>();

  const server = net.createServer((client) => {
    const behind = net.connect(target, '127.0.0.1');
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // a cut is what this is for
      socket.on('close', () => sockets.delete(socket));
    }
    const there = network.lane('request', behind);
    const back = network.lane('answer', client);
    client.on('data', (bytes) => there.send(Buffer.from(bytes)));
    behind.on('data', (bytes) => back.send(Buffer.from(bytes)));
    client.on('close', () => there.end());
    behind.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port');

  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port: address.port,
    hold: (what) => network.hold(what),
    cutAll,
    async close() {
      const closed = once(server.close(), 'close');
      cutAll();
      await closed;
    },
  };
}
