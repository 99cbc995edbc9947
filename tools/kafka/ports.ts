/** Free ports on 127.0.0.1. */
import { createServer, type Server } from 'node:net';

// Below the range the kernel takes for outgoing connections (32768 on Linux, 49152 on macOS). A port out of that range can
// be lost while its broker is down: to any client, or to a reconnecting client that gets connected to itself.
const LOWEST = 20_000;
const COUNT = 10_000;
const ATTEMPTS = 200;

/** Whether a listener can be opened on 127.0.0.1:`port` now. */
export async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server) await close(server);
  return server !== undefined;
}

/**
 * `count` different ports, each of which could be bound a moment ago.
 * @throws Error when so many attempts fail that something else must be wrong.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  try {
    for (let attempt = 0; held.size < count; attempt += 1) {
      if (attempt === ATTEMPTS)
        throw new Error(`No ${count} free ports found on 127.0.0.1 after ${ATTEMPTS} attempts.`);
      const port = LOWEST + Math.floor(Math.random() * COUNT);
      const server = held.has(port) ? undefined : await listen(port);
      if (server) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    await Promise.all([...held.values()].map(close));
  }
}

const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
