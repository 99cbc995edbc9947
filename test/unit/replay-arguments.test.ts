import { describe, expect, test } from '@jest/globals';
import { parseCommand } from '../../src/replay/arguments.ts';
import { UsageError } from '../../src/replay/errors.ts';

const NOW = Date.parse('2026-03-04T05:06:07.008Z');
const parse = (line: string) => parseCommand(line === '' ? [] : line.split(' '), NOW);

test('a command without options has its defaults', () => {
  expect(parse('list')).toMatchObject({ kind: 'list', all: false, json: false });
  expect(parse('run')).toMatchObject({ kind: 'run', dryRun: false, again: false, ratePerSecond: 50 });
  expect(parse('api - --url http://127.0.0.1:8080/')).toMatchObject({
    kind: 'api',
    file: '-',
    url: 'http://127.0.0.1:8080',
    key: undefined,
    dryRun: false,
    ratePerSecond: 50,
  });
});

test('filters are those that are given', () => {
  const filters =
    '--reason not_json --reason no_value --since 2h --until 2026-03-04 --order o --type t --letter 03/0017';
  expect(parse(`run ${filters}`)).toMatchObject({
    filters: {
      reasons: ['not_json', 'no_value'],
      since: NOW - 7_200_000,
      until: Date.parse('2026-03-04T00:00:00Z'),
      orders: ['o'],
      types: ['t'],
      places: ['3/17'],
    },
  });
});

test.each(['help', '--help', '-h', 'list --help', 'run --help', 'api --help'])('%s asks for the usage', (line) => {
  expect(parse(line)).toEqual({ kind: 'help' });
});

describe('is refused, in words for a person', () => {
  test.each([
    '',
    'replay',
    '--since 2h',
    'list --reason nonsense',
    'list --frob',
    'list now',
    'list --rate 5',
    'list --since yesterday',
    'run --rate 0',
    'run --rate fast',
    'run --rate 10001',
    'run --letter 17',
    'run --reason',
    'run --json',
    'api --url http://a',
    'api a b --url http://a',
    'api a',
    'api a --url a',
    'api a --url ftp://a',
    'api a --url http://a --letter 1/2',
  ])('%j', (line) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(/^[^\n]+\.(\n|$)/);
  });
});
