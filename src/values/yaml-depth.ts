import type { CST } from "yaml";

/** Values go six levels deep; what is nested deeper than this is an attack on the parser, or a mistake. */
const deepest = 32;

/** A place in the text, and what is wrong there. */
interface Depth {
  readonly offset: number;
  readonly message: string;
}

/**
 * Returns the first place where lists and maps are nested too deep, before anything recursive walks over the tokens: a
 * file of brackets alone would exhaust the stack.
 */
export function tooDeep(tokens: readonly CST.Token[]): Depth | undefined {
  let level: readonly CST.Token[] = tokens.flatMap((token) =>
    token.type === "document" ? (token.value ?? []) : [],
  );
  for (let depth = 0; level.length > 0; depth += 1) {
    const collections = level.filter((token) => "items" in token);
    const [first] = collections;
    if (depth >= deepest && first) {
      return { offset: first.offset, message: `is nested more than ${deepest} levels deep; expected less` };
    }
    level = collections.flatMap(({ items }) =>
      items.flatMap(({ key, value }) =>
        [key, value].filter((token) => token !== undefined && token !== null),
      ),
    );
  }
  return undefined;
}
