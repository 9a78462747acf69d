/** Something wrong below a value, found by a walk through it. */
export interface Problem {
  /** Path from the value down: each level puts its key before it, so that what is right costs no text. */
  readonly path: string;
  readonly message: string;
}

/** What a walk begins with. */
export const noProblems: readonly Problem[] = [];

/** Returns the problems with those that were found below a key: a field's name, or `[0]` for an item. */
export function joined(
  problems: readonly Problem[],
  key: string,
  found: readonly Problem[],
): readonly Problem[] {
  if (found.length === 0) return problems;
  return [
    ...problems,
    ...found.map(({ path, message }) => ({
      path: path === "" || path.startsWith("[") ? `${key}${path}` : `${key}.${path}`,
      message,
    })),
  ];
}
