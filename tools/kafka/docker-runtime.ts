/**
 * Brokers in Docker, from the official image. One holder container publishes the ports; the brokers share its network,
 * so that 127.0.0.1 means the same to them and to clients. The image's own start scripts are not used: it runs the same
 * `java @argument-file` as the Java runtime, on a bind mount of the cluster's folder at the same path.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { KAFKA_VERSION } from './distribution.ts';
import type { Runtime } from './runtime-types.ts';

const run = promisify(execFile);
const IMAGE = `apache/kafka:${KAFKA_VERSION}`;

/** `docker info` reaches a daemon. */
export const dockerIsUp = (): Promise<boolean> =>
  run('docker', ['info'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );

// A container cannot be held by SIGSTOP from outside everywhere (Docker Desktop runs them in a virtual machine).
const VERBS: Partial<Record<NodeJS.Signals, readonly string[]>> = { SIGSTOP: ['pause'], SIGCONT: ['unpause'] };

/** Pulls the image if need be. @throws Error when it cannot be pulled. */
export async function openDocker(log: (line: string) => void): Promise<Runtime> {
  const present = await run('docker', ['image', 'inspect', IMAGE]).then(
    () => true,
    () => false,
  );
  if (!present) {
    log(`pulling ${IMAGE}`);
    await run('docker', ['pull', '-q', IMAGE]).catch((error: unknown) => {
      throw new Error(`Docker could not pull ${IMAGE}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  return dockerRuntime(`orders-kafka-${randomUUID().slice(0, 8)}`);
}

function dockerRuntime(prefix: string): Runtime {
  const holder = `${prefix}-holder`;
  const nameOf = (name: string) => `${prefix}-${name}`;
  const user = process.getuid && process.getgid ? ['--user', `${process.getuid()}:${process.getgid()}`] : [];
  let mounted = '';
  return {
    kind: 'docker',
    jars: '/opt/kafka/libs',
    // A published port arrives on the container's own address, not on its loopback.
    bindHost: '0.0.0.0',
    prepare: async (folder, ports) => {
      mounted = folder;
      const published = ports.flatMap((port) => ['-p', `127.0.0.1:${port}:${port}`]);
      await run('docker', [
        'run',
        '-d',
        '--rm',
        '--name',
        holder,
        ...published,
        '--entrypoint',
        'sleep',
        IMAGE,
        'infinity',
      ]);
    },
    command: (name, argumentFile) => {
      const place = ['--network', `container:${holder}`, '-v', `${mounted}:${mounted}`, '-w', mounted, ...user];
      const args = ['run', '--rm', '--name', nameOf(name), ...place, '--entrypoint', 'java', IMAGE, `@${argumentFile}`];
      return { file: 'docker', args };
    },
    signal: async (name, _pid, signal) => {
      await run('docker', [...(VERBS[signal] ?? ['kill', '-s', signal]), nameOf(name)]);
    },
    cleanup: (names) => [{ file: 'docker', args: ['rm', '-f', ...names.map(nameOf), holder] }],
  };
}
