/** A ledger that sees nothing would always be clean: each way of being wrong must show in its own list. */
import { describe, expect, test } from '@jest/globals';
import { openBook, type Acceptance, type BookKeeper } from '../chaos/book.ts';
import { chaosLedgerOf, faultsIn, type ChaosLedger, type TopicContent } from '../chaos/chaos-ledger.ts';

const told: Acceptance = { orderId: 'o-1', eventId: 'e-1', requestId: 'r-1', partition: 3, offset: '7' };

describe('the ledger of a chaos run', () => {
  test('is clean where each accepted event stands once, where its client was told', () => {
    expect(dirty(ledger({ at: { 'e-1': ['3/7'] } }))).toEqual([]);
  });

  test('lost: accepted and nowhere on the topic', () => {
    expect(dirty(ledger({ at: {} }))).toEqual(['lost']);
  });

  test('doubled: the same event twice', () => {
    expect(dirty(ledger({ at: { 'e-1': ['3/7', '3/9'] } }))).toEqual(['doubled']);
  });

  test('doubled: one order created by two events, of which the client knows one', () => {
    const content = { at: { 'e-1': ['3/7'], 'e-2': ['3/9'] }, created: { 'o-1': ['e-1', 'e-2'] } };
    expect(dirty(ledger(content))).toEqual(['doubled', 'untold']);
  });

  test('misplaced: on the topic, elsewhere', () => {
    expect(dirty(ledger({ at: { 'e-1': ['3/8'] } }))).toEqual(['misplaced']);
  });

  test('untold: on the topic, and nobody was told', () => {
    expect(dirty(ledger({ at: { 'e-1': ['3/7'], 'e-2': ['0/0'] } }))).toEqual(['untold']);
  });

  test.each<[string, string, (keeper: BookKeeper) => void]>([
    ['another answer the second time', 'differing', (keeper) => again(keeper, { offset: '8' }, false)],
    ['another name of the same request', 'differing', (keeper) => again(keeper, { requestId: 'r-2' }, false)],
    ['the same event for two requests', 'differing', (keeper) => accept(keeper)],
    ['an answer no request should get', 'unexpected', (keeper) => keeper.unexpected('POST /orders: 409', [])],
    ['a request without an end', 'unsettled', (keeper) => keeper.unsettled('POST /orders', [])],
  ])('%s: %s', (_, list, happen) => {
    expect(dirty(ledger({ at: { 'e-1': ['3/7'] }, happen }))).toEqual([list]);
  });

  test('a proxy that names the request anew may find either name in the answer', () => {
    const happen = (keeper: BookKeeper): void => again(keeper, { requestId: 'r-2' }, true);
    expect(dirty(ledger({ at: { 'e-1': ['3/7'] }, happen }))).toEqual([]);
  });

  test('says what the client was told, attempt by attempt', () => {
    expect(ledger({ at: {} }).lost).toEqual([
      'e-1 (order o-1): on the topic at nowhere; told 3/7\n    first\n    second',
    ]);
  });
});

function ledger(options: {
  at: Readonly<Record<string, string[]>>;
  created?: Readonly<Record<string, string[]>>;
  happen?: (keeper: BookKeeper) => void;
}): ChaosLedger {
  const keeper = openBook();
  accept(keeper);
  options.happen?.(keeper);
  const content: TopicContent = {
    places: new Map(Object.entries(options.at)),
    created: new Map(Object.entries(options.created ?? {})),
    stamps: new Map(),
    barriers: 0,
  };
  return chaosLedgerOf(keeper.book, content, []);
}

function accept(keeper: BookKeeper): void {
  keeper.accept(told, { change: false, ms: 1, history: ['first', 'second'] });
}

function again(keeper: BookKeeper, changes: Partial<Acceptance>, renamed: boolean): void {
  keeper.again(told, { ...told, ...changes }, { renamed, history: [] });
}

function dirty(of: ChaosLedger): string[] {
  return faultsIn(of)
    .filter(([, entries]) => entries.length > 0)
    .map(([name]) => name);
}
