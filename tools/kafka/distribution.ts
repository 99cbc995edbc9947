/** Apache Kafka's jars: fetched once with Maven into a cache outside the project, then re-used. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { lastLines } from './text.ts';

/** The broker's version; the Docker image of the same version is the other way to run it. */
export const KAFKA_VERSION = '4.4.0';
const LOG4J_VERSION = '2.25.1';

const STALE_FETCH_MS = 3_600_000;

const dependency = (group: string, artifact: string, version: string) =>
  `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;

// kafka_2.13 is the whole broker; it brings the logging facade but no backend, hence log4j.
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', KAFKA_VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-slf4j-impl', LOG4J_VERSION)}
${dependency('org.apache.logging.log4j', 'log4j-core', LOG4J_VERSION)}
</dependencies>
</project>
`;

/** ORDERS_CACHE_DIR, else XDG_CACHE_HOME/orders-api, else ~/.cache/orders-api. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['ORDERS_CACHE_DIR']) return env['ORDERS_CACHE_DIR'];
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'orders-api');
}

/** Where the jars are or will be. The name carries a hash of what is fetched, so that a changed version is a new folder. */
export function distributionDir(): string {
  return join(cacheDir(), `kafka-${KAFKA_VERSION}-${createHash('sha256').update(POM).digest('hex').slice(0, 8)}`);
}

/** True when the jars are in the cache: the folder gets its name only after everything is in it. */
export const distributionIsCached = (): boolean => existsSync(distributionDir());

/**
 * Returns the folder of the jars and fetches them first if need be (about 43 MB, 10 s on a fast line).
 * Two processes may do so at once: each fetches into a folder of its own, the first rename wins, the other copy is dropped.
 * @throws Error with Maven's last lines when the fetch fails.
 */
export async function ensureDistribution(log: (line: string) => void): Promise<string> {
  const target = distributionDir();
  if (existsSync(target)) return target;
  await mkdir(cacheDir(), { recursive: true });
  await dropStaleFetches();
  const fetched = await mkdtemp(`${target}.fetch-`);
  try {
    log(`fetching Apache Kafka ${KAFKA_VERSION} with Maven, once, into ${target}`);
    await writeFile(join(fetched, 'pom.xml'), POM);
    await runMaven(fetched);
    await rename(fetched, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return target;
}

// A fetch whose process was killed leaves its folder behind; nobody else would ever remove it.
async function dropStaleFetches(): Promise<void> {
  for (const name of await readdir(cacheDir())) {
    const path = join(cacheDir(), name);
    if (!name.startsWith('kafka-') || !name.includes('.fetch-')) continue;
    const age =
      Date.now() -
      (await stat(path)
        .then((found) => found.mtimeMs)
        .catch(() => Date.now()));
    if (age > STALE_FETCH_MS) await rm(path, { recursive: true, force: true });
  }
}

async function runMaven(folder: string): Promise<void> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
  const args = [
    '-q',
    '-B',
    '-f',
    join(folder, 'pom.xml'),
    goal,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${folder}`,
  ];
  const maven = spawn('mvn', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const abandon = () => maven.kill();
  process.once('exit', abandon);
  let output = '';
  maven.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  maven.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const outcome = await new Promise<string>((resolve) => {
    maven.once('error', (error) => resolve(error.message));
    maven.once('close', (code, signal) => resolve(code === 0 ? '' : `exit ${code ?? signal}`));
  });
  process.removeListener('exit', abandon);
  if (outcome === '') return;
  throw new Error(
    `Maven could not fetch Apache Kafka ${KAFKA_VERSION} (${outcome}). ` +
      `It needs Maven Central or a mirror of it in Maven's settings.xml; run the command again when that is there.\n` +
      lastLines(stripVTControlCharacters(output), 8),
  );
}
