/** What can run a broker on this machine: the installed Java, or Docker. */
import { dockerIsUp, openDocker } from './docker-runtime.ts';
import { ensureDistribution, distributionIsCached } from './distribution.ts';
import { findJava, isOnPath, javaRuntime } from './java-runtime.ts';
import type { Runtime } from './runtime-types.ts';

/** What was found, or why nothing can be run. */
export type Detected = { readonly kind: 'java' | 'docker' } | { readonly kind: 'none'; readonly reason: string };

/**
 * Java (17 or newer, with Maven or with the jars in the cache), else Docker, else none. Fetches and starts nothing, so
 * that a test can ask first and skip loudly.
 */
export async function detectRuntime(): Promise<Detected> {
  const java = await findJava();
  const obtainable = distributionIsCached() || (await isOnPath('mvn'));
  if (java.found && obtainable) return { kind: 'java' };
  if (await dockerIsUp()) return { kind: 'docker' };
  const missing = java.found ? 'Java is there, but neither Maven (`mvn`) nor an earlier fetch of Kafka' : java.reason;
  return {
    kind: 'none',
    reason: `No way to run Kafka here: ${missing}; and Docker does not answer. Install Java 17+ and Maven, or start Docker.`,
  };
}

/**
 * The runtime to use, ready for `prepare`; fetches the jars if need be.
 * @throws Error saying what is missing.
 */
export async function openRuntime(log: (line: string) => void): Promise<Runtime> {
  const detected = await detectRuntime();
  if (detected.kind === 'none') throw new Error(detected.reason);
  if (detected.kind === 'docker') return openDocker(log);
  const java = await findJava();
  if (!java.found) throw new Error(java.reason);
  return javaRuntime(java.file, await ensureDistribution(log));
}
