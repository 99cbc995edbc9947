/** What is chosen anew for each cluster: its nodes' ports, its user's password and certificates. */
import { randomBytes } from 'node:crypto';
import type { ListenerName } from './broker-config.ts';
import { type CertificateFiles, writeCertificates } from './certificates.ts';
import { freePorts } from './ports.ts';

/** A node's place: its id and its ports on 127.0.0.1. */
export interface Node {
  readonly id: number;
  readonly controllerPort: number;
  readonly ports: Partial<Record<ListenerName, number>>;
}

/** A bootstrap address. */
export const addressOf = (port: number | undefined): string => `127.0.0.1:${port}`;

/** Free ports for all listeners of all nodes; `first` is the first node's PLAINTEXT port if given. */
export async function choosePorts(
  ids: readonly number[],
  names: readonly ListenerName[],
  first?: number,
): Promise<Node[]> {
  const free = await freePorts(ids.length * (names.length + 1));
  const next = () => free.pop() ?? 0;
  return ids.map((id, index) => {
    const ports = Object.fromEntries(names.map((name) => [name, next()]));
    return {
      id,
      controllerPort: next(),
      ports: index === 0 && first !== undefined ? { ...ports, PLAINTEXT: first } : ports,
    };
  });
}

/** One user with a random password, and fresh certificates in `folder`. */
export async function makeSecurity(folder: string): Promise<CertificateFiles & { username: string; password: string }> {
  // base64url: nothing in it has to be escaped in a properties file, a JAAS line or a shell.
  const password = randomBytes(18).toString('base64url');
  return { username: 'orders', password, ...(await writeCertificates(folder)) };
}
