import { parseArgs } from 'node:util';
import { DEAD_LETTER_REASONS } from '../dead-letters/dead-letter.ts';
import { UsageError } from './errors.ts';
import type { Filters } from './filters.ts';
import { parseTime } from './times.ts';
import { USAGE } from './usage.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly filters: Filters; readonly all: boolean; readonly json: boolean }
  | {
      readonly kind: 'run';
      readonly filters: Filters;
      readonly dryRun: boolean;
      readonly ratePerSecond: number;
      readonly again: boolean;
    }
  | {
      readonly kind: 'api';
      readonly filters: Filters;
      readonly dryRun: boolean;
      readonly ratePerSecond: number;
      /** `-` for stdin. */
      readonly file: string;
      readonly url: string;
      readonly key: string | undefined;
    };

const RATE_MAX = 10_000;

const COMMON = {
  help: { type: 'boolean', default: false },
  reason: { type: 'string', multiple: true },
  since: { type: 'string' },
  until: { type: 'string' },
  order: { type: 'string', multiple: true },
} as const;
const OF_TOPIC = {
  ...COMMON,
  type: { type: 'string', multiple: true },
  letter: { type: 'string', multiple: true },
} as const;
const RUNNING = { 'dry-run': { type: 'boolean', default: false }, rate: { type: 'string', default: '50' } } as const;

/** Reads the command line; `now` in ms since the epoch. Throws a UsageError. */
export function parseCommand(args: readonly string[], now: number): Command {
  const [name, ...rest] = args;
  try {
    switch (name) {
      case undefined:
        throw new UsageError(`No command is given.\n\n${USAGE}\n`);
      case 'help':
      case '--help':
      case '-h':
        return { kind: 'help' };
      case 'list':
        return list(rest, now);
      case 'run':
        return run(rest, now);
      case 'api':
        return api(rest, now);
      default:
        throw new UsageError(`${name} is not a command.`);
    }
  } catch (error) {
    const said = wordsOfParseArgs(error);
    if (said !== undefined) throw new UsageError(said, { cause: error });
    throw error;
  }
}

/** What it does not know, and not its advice on how that could be a name. */
function wordsOfParseArgs(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return undefined;
  if (!String(error.code).startsWith('ERR_PARSE_ARGS_')) return undefined;
  return `${String(error.message).replace(/\. .*/, '')}.`;
}

function list(args: string[], now: number): Command {
  const flags = { all: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args, options: { ...OF_TOPIC, ...flags } });
  checkReasons(values.reason);
  if (values.help) return { kind: 'help' };
  return { kind: 'list', filters: filtersOf(values, now), all: values.all, json: values.json };
}

function run(args: string[], now: number): Command {
  const options = { ...OF_TOPIC, ...RUNNING, again: { type: 'boolean', default: false } } as const;
  const { values } = parseArgs({ args, options });
  checkReasons(values.reason);
  if (values.help) return { kind: 'help' };
  const { again, 'dry-run': dryRun } = values;
  return { kind: 'run', filters: filtersOf(values, now), dryRun, again, ratePerSecond: rateOf(values.rate) };
}

function api(args: string[], now: number): Command {
  const options = { ...COMMON, ...RUNNING, url: { type: 'string' }, key: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) return { kind: 'help' };
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('api takes one file, or - for stdin.');
  if (values.url === undefined) throw new UsageError('api needs --url, such as --url http://127.0.0.1:8080.');
  const { key, 'dry-run': dryRun } = values;
  const url = urlOf(values.url);
  return { kind: 'api', file, url, key, dryRun, filters: filtersOf(values, now), ratePerSecond: rateOf(values.rate) };
}

function filtersOf(
  values: {
    readonly reason?: string[];
    readonly since?: string;
    readonly until?: string;
    readonly order?: string[];
    readonly type?: string[];
    readonly letter?: string[];
  },
  now: number,
): Filters {
  return {
    reasons: values.reason,
    since: timeOf('--since', values.since, now),
    until: timeOf('--until', values.until, now),
    orders: values.order,
    types: values.type,
    places: values.letter?.map(placeOf),
  };
}

/** A reason that does not exist chooses nothing, which looks as if all were well. */
function checkReasons(reasons: readonly string[] = []): void {
  const known: readonly string[] = DEAD_LETTER_REASONS;
  const unknown = reasons.find((reason) => !known.includes(reason));
  if (unknown !== undefined) throw new UsageError(`--reason ${unknown} is none of ${known.join(', ')}.`);
}

function timeOf(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text, now);
  if (time !== undefined) return time;
  throw new UsageError(`${option} takes a time such as 2026-01-31T12:00Z, or one so long ago: 90s, 15m, 2h, 3d.`);
}

function placeOf(text: string): string {
  const [, partition, offset] = /^(\d{1,9})\/(\d{1,19})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined)
    throw new UsageError('--letter takes partition/offset, as list shows it, such as 3/17.');
  return `${Number(partition)}/${BigInt(offset)}`;
}

function rateOf(text: string): number {
  const rate = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (rate < 1 || rate > RATE_MAX) throw new UsageError(`--rate takes a whole number from 1 to ${RATE_MAX}.`);
  return rate;
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError('--url takes an http or https address.');
  return url.href.replace(/\/+$/, '');
}
