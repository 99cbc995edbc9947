/** What every runtime can do, whatever it runs the JVM with. */

/** A program and its arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** Runs `java @argument-file` somewhere. The files are the same everywhere: a cluster's folder has one path in all runtimes. */
export interface Runtime {
  readonly kind: 'java' | 'docker';
  /** The folder of the jars, as the JVM sees it. */
  readonly jars: string;
  /** The address the client listeners bind to, as the JVM sees it. Clients always use 127.0.0.1. */
  readonly bindHost: string;
  /** Once per cluster, before the first command: `folder` holds all of its files, `ports` are those that clients use. */
  prepare(folder: string, ports: readonly number[]): Promise<void>;
  /** A foreground program that lives as long as its JVM. */
  command(name: string, argumentFile: string): Command;
  /** Sends a signal to the JVM itself. `pid` is that of the foreground program. */
  signal(name: string, pid: number, signal: NodeJS.Signals): Promise<void>;
  /** What has to be run at the end besides killing the foreground programs. */
  cleanup(names: readonly string[]): readonly Command[];
}
