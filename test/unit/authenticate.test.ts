import { expect, test } from '@jest/globals';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { ProblemError } from '../../src/http/problem-error.ts';

const authenticate = createAuthenticate([
  { principal: 'shop', key: 'key-1' },
  { principal: 'partner', key: 'key-2' },
  { principal: 'shop', key: 'key-3' },
]);

test.each([
  ['key-1', 'shop'],
  ['key-2', 'partner'],
  ['key-3', 'shop'],
])('the key %s is that of %s', (key, principal) => {
  expect(authenticate(key)).toEqual({ principal });
});

test.each([undefined, '', 'key-4', 'key-', 'key-11', 'KEY-1', ' key-1', 'key-1, key-1', 'shop'])(
  'no principal has the key %j',
  (key) => {
    expect(() => authenticate(key)).toThrow(ProblemError);
  },
);

test('the error does not show the key', () => {
  expect(() => authenticate('secret-key')).toThrow(/^(?!.*secret-key)/);
});

test('without keys nobody gets in', () => {
  expect(() => createAuthenticate([])('key-1')).toThrow(ProblemError);
});
