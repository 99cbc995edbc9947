import net from 'node:net';
import { once } from 'node:events';
import { createFrameReader } from '../../src/kafka/frame-reader.ts';
import { createHeldFrames, type Freight, type Hold, type Lane } from './held-frames.ts';

/** What happens to the answers of produce requests. The requests themselves always reach the broker. */
export type AnswerFault =
  | { readonly kind: 'none' }
  /** Kept back until the fault changes, then thrown away. */
  | { readonly kind: 'withhold' }
  | { readonly kind: 'delay'; readonly ms: number }
  /** The connection is cut when the answer comes, before its first byte or behind some of them. */
  | { readonly kind: 'cut'; readonly afterBytes?: number };

/** A TCP proxy before a Kafka cluster, which knows enough of the protocol to lose the right answers. */
export interface KafkaProxy {
  /** Bootstrap addresses that lead through the proxy. */
  readonly bootstrap: string;
  /** From the next answer on. */
  setFault(fault: AnswerFault): void;
  /** Keeps messages in the network from now on; they arrive when that ends, a request also when its sender has gone. */
  hold(what: Hold): void;
  /**
   * When the next request of this kind (API key of the Kafka protocol guide), or the next answer to one, comes by: calls `then`
   * once, which says whether it goes on or its connection is cut.
   */
  atNext(api: number, freight: Freight, then: () => 'pass' | 'cut'): void;
  /** Produce answers that were withheld or cut off so far. */
  lostAnswers(): number;
  /** Resolves when that many produce answers have been lost since the start. */
  waitForLost(count: number): Promise<void>;
  /** Cuts all connections now; new ones may be made. */
  cutAll(): void;
  /** Cuts all connections and closes the ports: a connection is refused, as if no broker ran. */
  shut(): Promise<void>;
  /** Opens the same ports again. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

const PRODUCE = 0;
const FETCH = 1;
const METADATA = 3;

/**
 * One listening port per broker. Brokers tell their addresses in metadata answers; there each broker's port is replaced by
 * the proxy's (host and length stay the same, so the frame stays whole), and clients keep coming through here.
 */
export async function startKafkaProxy(bootstrap: string): Promise<KafkaProxy> {
  const targets = bootstrap.split(',').map((address) => Number(address.split(':')[1]));
  const sockets = new Set<net.Socket>();
  const portOf = new Map<number, number>();
  let fault: AnswerFault = { kind: 'none' };
  const network = createHeldFrames();
  let edge: { readonly api: number; readonly freight: Freight; readonly then: () => 'pass' | 'cut' } | undefined;
  let lost = 0;
  const waiters = new Set<() => void>();

  function lose(): void {
    lost += 1;
    for (const wake of waiters) wake();
  }

  function isCutAt(api: number | undefined, freight: Freight): boolean {
    if (edge === undefined || edge.api !== api || edge.freight !== freight) return false;
    const { then } = edge;
    edge = undefined;
    return then() === 'cut';
  }

  function serve(client: net.Socket, target: number): void {
    const broker = net.connect(target, '127.0.0.1');
    const apiOf = new Map<number, number>();
    for (const socket of [client, broker]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // a cut is what this is for
      socket.on('close', () => sockets.delete(socket));
    }
    const toBroker = network.lane('request', broker);
    let toClient = network.lane('answer', client);
    const toReader = network.lane('fetched', client);
    client.on('close', () => toBroker.end());
    broker.on('close', () => client.destroy());
    const requests = createFrameReader();
    client.on('data', (chunk) => {
      for (const frame of requests(Buffer.from(chunk))) {
        const api = frame.readInt16BE(0);
        apiOf.set(frame.readInt32BE(4), api);
        if (isCutAt(api, 'request')) {
          client.destroy();
          return;
        }
        if (api === FETCH) toClient = toReader;
        toBroker.send(withLength(frame));
      }
    });
    const answers = createFrameReader();
    broker.on('data', (chunk) => {
      for (const frame of answers(Buffer.from(chunk))) {
        const correlationId = frame.readInt32BE(0);
        const api = apiOf.get(correlationId);
        apiOf.delete(correlationId);
        if (isCutAt(api, 'answer')) {
          client.destroy();
          return;
        }
        if (api === METADATA) toClient.send(withLength(withProxyPorts(frame)));
        else if (api === PRODUCE) answerProduce(toClient, client, frame);
        else toClient.send(withLength(frame));
      }
    });
  }

  function answerProduce(toClient: Lane, client: net.Socket, frame: Buffer): void {
    switch (fault.kind) {
      case 'none':
        toClient.send(withLength(frame));
        return;
      case 'delay':
        setTimeout(() => {
          toClient.send(withLength(frame));
        }, fault.ms);
        return;
      case 'withhold':
        lose();
        return;
      case 'cut':
        lose();
        if (fault.afterBytes === undefined) client.destroy();
        else client.end(withLength(frame).subarray(0, fault.afterBytes));
        return;
    }
  }

  function withProxyPorts(frame: Buffer): Buffer {
    const rewritten = Buffer.from(frame);
    const host = Buffer.from('\0\x09127.0.0.1', 'latin1'); // int16 length and host, before the int32 port
    for (let at = rewritten.indexOf(host); at >= 0; at = rewritten.indexOf(host, at + host.length)) {
      const port = portOf.get(rewritten.readInt32BE(at + host.length));
      if (port !== undefined) rewritten.writeInt32BE(port, at + host.length);
    }
    return rewritten;
  }

  const servers = targets.map((target) => net.createServer((client) => serve(client, target)));
  for (const [i, server] of servers.entries()) {
    await listen(server, 0);
    portOf.set(targets[i] ?? 0, portOfServer(server));
  }
  const ports = servers.map(portOfServer);

  function cutAll(): void {
    for (const socket of sockets) socket.destroy();
  }

  async function shut(): Promise<void> {
    const closed = servers.filter(({ listening }) => listening).map((server) => once(server.close(), 'close'));
    cutAll();
    await Promise.all(closed);
  }

  return {
    bootstrap: ports.map((port) => `127.0.0.1:${port}`).join(','),
    setFault: (next) => {
      fault = next;
    },
    hold: (what) => network.hold(what),
    atNext: (api, freight, then) => {
      edge = { api, freight, then };
    },
    lostAnswers: () => lost,
    waitForLost: (count) =>
      new Promise((resolve) => {
        const wake = (): void => {
          if (lost < count) return;
          waiters.delete(wake);
          resolve();
        };
        waiters.add(wake);
        wake();
      }),
    cutAll,
    shut,
    reopen: async () => {
      await Promise.all(servers.map((server, i) => listen(server, ports[i] ?? 0)));
    },
    close: shut,
  };
}

async function listen(server: net.Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

function withLength(frame: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

function portOfServer(server: net.Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port');
  return address.port;
}
