/** Anything that happens in environments. */
export interface InEnvironments {
  readonly environments: readonly string[];
  readonly sources?: readonly unknown[];
}

/** Puts what is the same in several environments into one line that names them all; the order of the first stays. */
export function mergeAlike<Line extends InEnvironments>(lines: readonly Line[]): readonly Line[] {
  const merged = new Map<string, Line>();
  for (const line of lines) {
    const key = JSON.stringify({ ...line, environments: [], sources: [] });
    const known = merged.get(key);
    if (!known) {
      merged.set(key, line);
      continue;
    }
    const environments = [...new Set([...known.environments, ...line.environments])];
    const sources =
      known.sources === undefined ? {} : { sources: [...known.sources, ...(line.sources ?? [])] };
    merged.set(key, { ...known, ...sources, environments });
  }
  return [...merged.values()];
}
