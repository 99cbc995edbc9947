import { afterEach, expect, test } from '@jest/globals';
import { stopOnSignals } from '../../src/replay/stop.ts';

const before = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };
afterEach(() => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    for (const listener of process.listeners(name)) {
      if (!before[name].includes(listener)) process.removeListener(name, listener);
    }
  }
});

test('the first signal asks to stop, the one that npm passes on is the same, a later one ends the process', () => {
  let clock = 5_000;
  const [said, exits]: [string[], number[]] = [[], []];
  const stop = stopOnSignals((line) => said.push(line), { now: () => clock, exit: (code) => exits.push(code) });
  expect(stop.aborted).toBe(false);
  process.emit('SIGINT');
  expect([stop.aborted, said.length, exits]).toEqual([true, 1, []]);
  clock += 1_000;
  process.emit('SIGTERM');
  expect([said.length, exits]).toEqual([1, []]);
  clock += 1;
  process.emit('SIGINT');
  expect([said.length, exits]).toEqual([1, [1]]);
});
