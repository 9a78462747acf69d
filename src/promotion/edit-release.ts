import { isMap, isScalar, parseDocument, type Pair } from "yaml";
import { InputError } from "../errors.ts";
import type { Release } from "../values/release.ts";

/** Values of a release to set; undefined takes one out. */
export type ReleaseEdits = { readonly [Key in keyof Release]?: Release[Key] | undefined };

/**
 * Returns the text of a release.yaml with values set or taken out; comments and the form of everything else stay. A new
 * value comes last. Throws an InputError for a file that is no block map.
 */
export function editRelease(file: string, text: string, edits: ReleaseEdits): string {
  return Object.entries(edits).reduce((edited, [key, value]) => editOne(file, edited, key, value), text);
}

function editOne(file: string, text: string, key: string, value: Release[keyof Release]): string {
  const { contents } = parseDocument(text);
  if (!isMap(contents) || contents.flow === true)
    throw new InputError([{ file, message: "is no map with a key on each line; write it so" }]);
  const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  if (!pair) {
    if (value === undefined) return text;
    return `${text.replace(/\n*$/, "\n")}${lines(key, value)}`;
  }
  const [start, end] = rangeOf(pair);
  if (value !== undefined && typeof value !== "object" && isScalar(pair.value) && pair.value.range)
    return `${text.slice(0, pair.value.range[0])}${scalar(value)}${text.slice(pair.value.range[1])}`;
  return `${text.slice(0, start)}${value === undefined ? "" : lines(key, value)}${text.slice(end)}`;
}

/** From the start of a key's line to the end of the line that its value ends on. */
function rangeOf({ key, value }: Pair): readonly [number, number] {
  const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
  const node = isMap(value) || isScalar(value) ? value : undefined;
  // The third place of a range is where the next thing begins, so a comment on the same line is inside.
  return [start, node?.range?.[2] ?? start];
}

function lines(key: string, value: NonNullable<Release[keyof Release]>): string {
  if (typeof value !== "object") return `${key}: ${scalar(value)}\n`;
  const inner = Object.entries(value).flatMap(([name, item]: readonly [string, unknown]) =>
    Array.isArray(item)
      ? [`  ${name}:`, ...item.map((one) => `    - ${scalar(String(one))}`)]
      : [`  ${name}: ${scalar(String(item))}`],
  );
  return `${[`${key}:`, ...inner].join("\n")}\n`;
}

/** Plain where every reader of YAML takes it for this text, else as JSON, which is YAML. */
function scalar(text: string): string {
  return /^(?:sha256:[0-9a-f]{64}|\d+\.\d+\.\d+|[a-z]+-way|none|reversible|release|promotion|rollback)$/.test(
    text,
  )
    ? text
    : JSON.stringify(text);
}
