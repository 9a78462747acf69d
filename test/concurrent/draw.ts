import { dirname } from "node:path";
import { changeOf, filesFor, keys, type Change } from "./changes.ts";
import { baseValues } from "./tree.ts";

/** Two pull requests that are open at the same time. */
export type Pair = readonly [Change, Change];

/** Numbers from 0 to 1. */
export type Random = () => number;

/** Changes, and the keys for which there is none. */
export interface Pool {
  readonly changes: readonly Change[];
  readonly without: readonly string[];
}

/** Returns one change of each key, or of a share of them: in a file that is drawn, or in the next that permits one. */
export function drawPool(random: Random, share: number): Pool {
  const changes: Change[] = [];
  const without: string[] = [];
  for (const key of keys) {
    if (random() >= share) continue;
    const files = filesFor(key);
    const first = Math.floor(random() * files.length);
    let found: Change | undefined;
    for (const place of files.keys()) found ??= changeOf(key, files[(first + place) % files.length] ?? "");
    if (found) changes.push(found);
    else without.push(key);
  }
  return { changes, without };
}

/** Returns pairs that use each change in turn: every second one in one environment, the others anywhere. */
export function drawPairs(random: Random, pool: readonly Change[], count: number): Pair[] {
  const inEnvironments = pool.filter(({ file }) => file.startsWith("environments/"));
  const pairs: Pair[] = [];
  for (let index = 0; pairs.length < count; index += 1) {
    const from = pairs.length % 2 === 0 ? inEnvironments : pool;
    const a = from[index % from.length];
    const others = from.filter(
      ({ key, file }) => key !== a?.key && (from === pool || dirname(file) === dirname(a?.file ?? "")),
    );
    const b = others[Math.floor(random() * others.length)];
    if (a && b) pairs.push([a, b]);
  }
  return pairs;
}

/**
 * Returns pairs in which one switches something on or off, and the other changes anything that stands in an environment
 * which the first reaches: more of them are merged silently and wrongly.
 */
export function drawSwitches(random: Random, pool: readonly Change[], count: number): Pair[] {
  const switches = pool.filter((change) => change.isSwitch);
  return Array.from({ length: count }).flatMap((_unused, index) => {
    const a = switches[index % switches.length];
    const others = pool.filter(
      ({ key, file }) =>
        key !== a?.key &&
        [file, a?.file ?? ""].some((path) => path === baseValues || isBeside(file, a?.file)),
    );
    const b = others[Math.floor(random() * others.length)];
    return a && b ? [[a, b] as const] : [];
  });
}

function isBeside(file: string, other: string | undefined): boolean {
  return other !== undefined && dirname(file) === dirname(other);
}

/** Whether both are in one environment's own files. */
export function isInOne([a, b]: Pair): boolean {
  return a.file.startsWith("environments/") && dirname(a.file) === dirname(b.file);
}

/** Mulberry32: numbers from 0 to 1 that depend on the seed alone. */
export function generator(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
