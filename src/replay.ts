import { createReadStream, existsSync } from 'node:fs';
import { readApiReplayConfig, readReplayConfig } from './config/replay-config.ts';
import { ConfigError } from './config/values.ts';
import { followNpm } from './process/follow-npm.ts';
import { muteKafkaTimerWarning } from './process/mute-kafka-timer-warning.ts';
import { createApiClient } from './replay/api/api-client.ts';
import { openDoneFile, rememberDone } from './replay/api/done-file.ts';
import { readLines } from './replay/api/read-lines.ts';
import { replayApi } from './replay/api/replay-api.ts';
import { parseCommand, type Command } from './replay/arguments.ts';
import { ReplayError, UsageError } from './replay/errors.ts';
import { createLetterTopic } from './replay/kafkajs/letter-topic.ts';
import { openTransactions } from './replay/kafkajs/transactions.ts';
import { list, type Output } from './replay/list.ts';
import { createProgress } from './replay/progress.ts';
import { run } from './replay/run.ts';
import { createStderrLog } from './replay/stderr-log.ts';
import { stopOnSignals } from './replay/stop.ts';
import { USAGE } from './replay/usage.ts';

type TopicCommand = Extract<Command, { kind: 'list' | 'run' }>;
type ApiCommand = Extract<Command, { kind: 'api' }>;

/** The replay process: arguments, configuration, one command. Resolves with whether all of it was done. */
async function main(command: Command): Promise<boolean> {
  if (command.kind === 'help') {
    process.stdout.write(USAGE);
    return true;
  }
  followNpm();
  return command.kind === 'api' ? replayThroughApi(command) : replayTopic(command);
}

async function replayTopic(command: TopicCommand): Promise<boolean> {
  const { kafka: settings, logLevel, deadLetterTopic: letterTopic, retryTopic } = readReplayConfig(process.env);
  const log = createStderrLog(logLevel);
  const progress = createProgress(process.stderr);
  const output: Output = { print: (line) => process.stdout.write(`${line}\n`), say: progress.say };
  const stop = command.kind === 'run' ? stopOnSignals(progress.say) : new AbortController().signal;
  const topic = createLetterTopic({ settings, log, letterTopic, retryTopic, stop, say: progress.say });
  try {
    if (command.kind === 'list') {
      await list(topic, command, output);
      return true;
    }
    const transactionalId = `orders-replay-${letterTopic}`;
    const open = () => openTransactions({ settings, log, transactionalId });
    return await run({ topic, open, topics: { letterTopic, retryTopic }, stop, progress }, command, output);
  } finally {
    topic.close();
  }
}

async function replayThroughApi(command: ApiCommand): Promise<boolean> {
  const { file, url } = command;
  const { adminKey: key, idempotencyTtlMs } = readApiReplayConfig(process.env, command.key);
  const progress = createProgress(process.stderr);
  const output: Output = { print: (line) => process.stdout.write(`${line}\n`), say: progress.say };
  const isStdin = file === '-';
  const input = isStdin ? process.stdin : createReadStream(file);
  const deps = {
    lines: readLines(input.setEncoding('utf8')),
    done: isStdin ? rememberDone() : openDoneFile(`${file}.replayed`),
    send: createApiClient({ url, key }),
    stop: stopOnSignals(progress.say),
    progress,
    idempotencyTtlMs,
  };
  const all = await replayApi(deps, command, output);
  if (!all && !command.dryRun)
    progress.say(
      isStdin
        ? 'What is done is not remembered for stdin, but to send it again is safe: the API knows it.'
        : 'The same command goes on with what is left.',
    );
  return all;
}

muteKafkaTimerWarning();
// Whoever reads the list may have seen enough, such as head.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  process.exitCode = (await main(parseCommand(process.argv.slice(2), Date.now()))) ? 0 : 1;
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  process.stderr.write(`${wordsOf(error)}\n`);
}

/** What a person can do about it, without a stack where the cause is theirs to mend. */
function wordsOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message} What can be asked for: npm run replay -- --help`;
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open')
    return `It cannot be read: ${error.message}.`;
  if (error instanceof ConfigError || error instanceof ReplayError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
