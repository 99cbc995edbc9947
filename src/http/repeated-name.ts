const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;

/**
 * The first member name that stands twice in one object of a valid JSON text. JSON.parse keeps the last of them without a
 * word; another reader of the same bytes may keep the first, and then the two do not see the same order.
 */
export function findRepeatedName(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // names seen in each enclosing object; undefined for an array
  let expectName = false;
  for (let at = 0; at < json.length; at += 1) {
    switch (json.charCodeAt(at)) {
      case OPEN_OBJECT:
        open.push(new Set());
        expectName = true;
        break;
      case OPEN_ARRAY:
        open.push(undefined);
        expectName = false;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        open.pop();
        expectName = false;
        break;
      case COMMA:
        expectName = open.at(-1) !== undefined;
        break;
      case QUOTE: {
        const end = endOfString(json, at);
        const names = open.at(-1);
        if (expectName && names !== undefined) {
          const name = nameOf(json.slice(at, end + 1));
          if (names.has(name)) return name;
          names.add(name);
          expectName = false;
        }
        at = end;
        break;
      }
    }
  }
  return undefined;
}

/** Index of the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  for (let code = json.charCodeAt(at); code !== QUOTE; code = json.charCodeAt(at)) at += code === BACKSLASH ? 2 : 1;
  return at;
}

/** Two names are the same when their characters are, however they are escaped. */
function nameOf(literal: string): string {
  return literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
}
