/** The place of a value: map keys as text, list indices as numbers counted from 0. */
export type ValuePath = readonly (string | number)[];

const plainKey = /^[A-Za-z_][\w-]*$/;
const segment = /\.?(?<plain>[A-Za-z_][\w-]*)|\[(?<index>\d+)\]|\[(?<quoted>"(?:[^"\\]|\\.)*")\]/y;

/** Writes a path as `app.hosts[0].host`; a key that is no plain word stands in brackets and quotes: `labels["a.b/c"]`. */
export function formatPath(path: ValuePath): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!plainKey.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Reads what `formatPath` writes. Throws an Error for other text. */
export function parsePath(text: string): ValuePath {
  const path: (string | number)[] = [];
  segment.lastIndex = 0;
  while (segment.lastIndex < text.length) {
    const start = segment.lastIndex;
    const { plain, index, quoted } = segment.exec(text)?.groups ?? {};
    if (plain !== undefined) path.push(plain);
    else if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) path.push(String(JSON.parse(quoted)));
    else throw new Error(`"${text}" is no path of a value: cannot read it from character ${start + 1}`);
  }
  return path;
}
