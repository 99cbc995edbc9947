/** Numbers that follow from a seed alone. */
export interface Random {
  /** From `min` up to, not including, `max`. */
  between(min: number, max: number): number;
  /** Throws for an empty list. */
  pick<Item>(list: readonly Item[]): Item;
  chance(probability: number): boolean;
  shuffled<Item>(list: readonly Item[]): Item[];
}

/** mulberry32, by Tommy Ettinger, in the public domain. `seed` is taken as 32 bits. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  function pick<Item>(list: readonly Item[]): Item {
    const index = Math.floor(next() * list.length);
    if (index >= list.length) throw new Error('nothing to pick from');
    return list[index] as Item; // within the list, by the line before
  }

  return {
    between: (min, max) => min + next() * (max - min),
    pick,
    chance: (probability) => next() < probability,
    shuffled(list) {
      const rest = [...list];
      return list.map(() => {
        const item = pick(rest);
        rest.splice(rest.indexOf(item), 1);
        return item;
      });
    },
  };
}
