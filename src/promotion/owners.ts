/** One line of CODEOWNERS. */
interface Line {
  readonly matches: (path: string) => boolean;
  readonly owners: readonly string[];
}

/** Returns the owners of a path; none where no line, or a line without owners, decides it. */
export type OwnersOf = (path: string) => readonly string[];

/**
 * Reads a CODEOWNERS file by GitHub's rules: the last line whose pattern matches decides; patterns are those of
 * gitignore without `!`, `[ ]` and `\#` (GitHub, "About code owners").
 */
export function parseOwners(text: string): OwnersOf {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .filter(Boolean)
    .map((line): Line => {
      const [pattern = "", ...owners] = line.split(/\s+/);
      const expression = expressionOf(pattern);
      return { matches: (path) => expression.test(path), owners };
    });
  return (path) => lines.findLast(({ matches }) => matches(path))?.owners ?? [];
}

/** A pattern with a slash before its end is anchored at the root; one that ends in none matches a file or a folder. */
function expressionOf(pattern: string): RegExp {
  const isAnchored = pattern.slice(0, -1).includes("/");
  const body = pattern.replace(/^\//, "").replace(/\/$/, "");
  const source = body
    .split(/(\*\*\/|\/\*\*$|\*\*|\*|\?)/)
    .map((part) => wildcards.get(part) ?? part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`))
    .join("");
  // `docs/*` takes the files of the folder and not those of its subfolders.
  const isShallow = body.endsWith("/*");
  const end = pattern.endsWith("/") ? "/.*" : isShallow ? "" : "(?:/.*)?";
  return new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}${end}$`, "s");
}

const wildcards: ReadonlyMap<string, string> = new Map([
  ["**/", "(?:.*/)?"],
  ["/**", "/.*"],
  ["**", ".*"],
  ["*", "[^/]*"],
  ["?", "[^/]"],
]);
