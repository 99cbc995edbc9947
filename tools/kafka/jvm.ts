/** The command lines of a broker's JVM, as `java @argument-file` takes them. Pure. */

/** What the JVM is tuned for: a test that starts brokers often, or a broker that lives long and carries load. */
export type Tuning = 'start' | 'throughput';

/** Logs to the standard output; whoever starts the JVM sends that to a file in the broker's folder. */
export const LOG4J_CONFIG = `<Configuration status="WARN">
<Appenders><Console name="out"><PatternLayout pattern="%d{HH:mm:ss.SSS} %p %m (%c{1})%n%throwable"/></Console></Appenders>
<Loggers><Root level="INFO"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
`;

/** What the log says when the broker answers clients. */
export const READY_LINE = 'Kafka Server started';

/** Paths are those the JVM sees. */
export interface JvmPaths {
  readonly jars: string;
  readonly log4jFile: string;
  readonly tempDir: string;
  readonly propertiesFile: string;
}

/** Starts the broker. `heapMb`: 512 serves one broker, 320 each of three. */
export const brokerArguments = (paths: JvmPaths, heapMb: number, tuning: Tuning): string =>
  argumentFile([`-Xmx${heapMb}m`, ...jvmOptions(paths, tuning), 'kafka.Kafka', paths.propertiesFile]);

/** Formats the broker's storage: cluster id and, if given, a user with SCRAM credentials (KIP-900). */
export const formatArguments = (
  paths: JvmPaths,
  clusterId: string,
  user?: { username: string; password: string },
): string =>
  argumentFile([
    ...jvmOptions(paths, 'start'),
    // With the equals sign: a random id may begin with a hyphen.
    ...['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '-c', paths.propertiesFile],
    ...(user ? ['--add-scram', `SCRAM-SHA-512=[name=${user.username},password=${user.password}]`] : []),
  ]);

// Measured on two cores: with the C1 compiler only, a broker starts a second sooner and takes 3.0 s of CPU instead of 5.5 s,
// but under load it serves 5,000 single produce requests a second, where C2 gets to 9,000 after half a minute.
const jvmOptions = (paths: JvmPaths, tuning: Tuning): string[] => [
  '-XX:+UseSerialGC',
  ...(tuning === 'start' ? ['-XX:TieredStopAtLevel=1'] : []),
  // A killed JVM cannot remove its own files: none in the shared temp folder (counters, unpacked libraries).
  '-XX:-UsePerfData',
  `-Djava.io.tmpdir=${paths.tempDir}`,
  `-Dlog4j2.configurationFile=${paths.log4jFile}`,
  ...['-cp', `${paths.jars}/*`],
];

const argumentFile = (args: readonly string[]): string =>
  args.map((arg) => `"${arg.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"\n`).join('');
