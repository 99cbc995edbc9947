import { expect, test } from '@jest/globals';
import { parseTime } from '../../src/replay/times.ts';

const NOW = Date.parse('2026-03-04T05:06:07.008Z');
const textOf = (text: string) => {
  const time = parseTime(text, NOW);
  return time === undefined ? undefined : new Date(time).toISOString();
};

test.each([
  ['90s', '2026-03-04T05:04:37.008Z'],
  ['15m', '2026-03-04T04:51:07.008Z'],
  ['2h', '2026-03-04T03:06:07.008Z'],
  ['3d', '2026-03-01T05:06:07.008Z'],
  ['0s', '2026-03-04T05:06:07.008Z'],
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31T12:30', '2026-01-31T12:30:00.000Z'],
  ['2026-01-31T12:30:15', '2026-01-31T12:30:15.000Z'],
  ['2026-01-31T12:30:15.250Z', '2026-01-31T12:30:15.250Z'],
  ['2026-01-31T12:30+02:00', '2026-01-31T10:30:00.000Z'],
  ['2026-01-31T12:30:15-01:00', '2026-01-31T13:30:15.000Z'],
])('%s', (text, time) => {
  expect(textOf(text)).toBe(time);
});

test.each(['', '2', 'h', '2 h', '-2h', '2w', '1.5h', 'yesterday', '2026', '2026-13-01', '2026-01-31 12:30', '12:30'])(
  'is no time: %j',
  (text) => {
    expect(parseTime(text, NOW)).toBeUndefined();
  },
);
