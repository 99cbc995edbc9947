import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findRepeatedName } from '../../src/http/repeated-name.ts';

describe('a repeated name is found', () => {
  test.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"b":{},"a":2}', 'a'],
    ['{"a":{"b":1,"c":[],"b":2}}', 'b'],
    ['[{"a":1},{"a":1,"a":1}]', 'a'],
    ['{"a":[{"x":1}],"x":1,"a":0}', 'a'],
    ['{"":1,"":2}', ''],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\u0061":1,"\\u0061":2}', 'a'],
    ['{"a\\"b":1,"a\\u0022b":2}', 'a"b'],
    ['{"\\\\":1,"\\u005c":2}', '\\'],
    ['{"a/b":1,"a\\/b":2}', 'a/b'],
    ['{ "a" : 1 , \n\t"a" : 2 }', 'a'],
    ['{"é":1,"\\u00e9":2}', 'é'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a":"}","a":1}', 'a'],
    ['{"a":"\\"","a":1}', 'a'],
    ['{"a":"\\\\","a":1}', 'a'],
  ])('%s', (json, name) => {
    JSON.parse(json); // it is JSON
    expect(findRepeatedName(json)).toBe(name);
  });
});

describe('no repeated name is seen where there is none', () => {
  test.each([
    'null',
    '"a"',
    '[]',
    '{}',
    '["a","a"]',
    '{"a":"a"}',
    '{"a":"b","b":"a"}',
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":["a","a"],"b":"a"}',
    '{"a":"\\",\\"a\\":1"}',
    '{"a":1,"A":2}',
    '{"é":1,"e\\u0301":2}',
    '{"toString":1,"constructor":2}',
  ])('%s', (json) => {
    JSON.parse(json);
    expect(findRepeatedName(json)).toBeUndefined();
  });
});

type Value = string | number | null | Value[] | { members: [string, Value][] };

const name = fc.constantFrom('a', 'b', 'c', '', '"', '\\', '/', '{', ',', 'é', '\u{1f600}', '__proto__', 'a\nb');
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    name,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.record({ members: fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }) }),
  ),
}));

/** A JSON text of the value, its strings written in turn plainly and with every character escaped. */
function write(of: Value, escaped: () => boolean): string {
  if (typeof of === 'string') return writeString(of, escaped());
  if (of === null || typeof of === 'number') return String(of);
  if (Array.isArray(of)) return `[ ${of.map((element) => write(element, escaped)).join(' ,')}]`;
  const members = of.members.map(([key, inner]) => `${writeString(key, escaped())} :${write(inner, escaped)}`);
  return `{${members.join(', ')} }`;
}

function writeString(text: string, escaped: boolean): string {
  if (!escaped) return JSON.stringify(text);
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

/** Every name that is repeated somewhere. */
function repeatedNames(of: Value): string[] {
  if (typeof of !== 'object' || of === null) return [];
  if (Array.isArray(of)) return of.flatMap(repeatedNames);
  const names = of.members.map(([key]) => key);
  return [
    ...names.filter((key, i) => names.indexOf(key) !== i),
    ...of.members.flatMap(([, inner]) => repeatedNames(inner)),
  ];
}

test('it agrees with a reader that keeps all members', () => {
  fc.assert(
    fc.property(value, fc.infiniteStream(fc.boolean()), (of, escaped) => {
      const json = write(of, () => [...escaped.take(1)][0] === true);
      JSON.parse(json);
      const repeated = repeatedNames(of);
      const found = findRepeatedName(json);
      if (repeated.length === 0) expect(found).toBeUndefined();
      else expect(repeated).toContain(found);
    }),
    { numRuns: 2_000 },
  );
});
