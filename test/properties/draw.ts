import { type Arbitrary, gen, type GeneratorValue, nat as natural, sample } from "fast-check";

/** Draws of one value file; numbers lean to their bounds, where mistakes live. */
export interface Draw {
  /** A whole number from `min` to `max`, both included. */
  readonly int: (min: number, max: number) => number;
  readonly bool: () => boolean;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** A name of lower-case letters and digits. */
  readonly name: () => string;
  /** Between `min` and `max` items. */
  readonly list: <Item>(min: number, max: number, make: (index: number) => Item) => Item[];
}

/** Returns what a seed draws: the same seed draws the same. */
export function drawn<Value>(seed: number, make: (draw: Draw) => Value): Value {
  const [value] = sample(
    gen().map((g) => make(drawFrom(g))),
    { seed, numRuns: 1 },
  );
  if (value === undefined) throw new Error("nothing was drawn");
  return value;
}

// fast-check looks for what it made before by comparing arguments one by one: a third of the time of a run over many
// environments. A function for each bound is found at once, and draws the same.
const naturals = new Map<number, () => Arbitrary<number>>();

function naturalUpTo(max: number): () => Arbitrary<number> {
  const known = naturals.get(max) ?? (() => natural({ max }));
  naturals.set(max, known);
  return known;
}

function drawFrom(g: GeneratorValue): Draw {
  const nat = (max: number): number => g(naturalUpTo(max));
  const int = (min: number, max: number): number => {
    if (max < min) throw new Error(`nothing is between ${min} and ${max}`);
    // Two in eight stand on a bound.
    const place = nat(7);
    if (place === 0) return min;
    return place === 1 ? max : min + nat(max - min);
  };
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[nat(items.length - 1)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  return {
    int,
    bool: () => nat(1) === 1,
    once: (times) => nat(times - 1) === 0,
    pick,
    name: () => {
      const letters = "abcdefghijklmnopqrstuvwxyz";
      return Array.from({ length: 3 + nat(9) }, (_unused, index) =>
        index > 0 && nat(5) === 0 ? String(nat(9)) : pick(letters.split("")),
      ).join("");
    },
    list: (min, max, make) => Array.from({ length: int(min, max) }, (_unused, index) => make(index)),
  };
}
