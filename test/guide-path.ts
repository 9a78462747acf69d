import type { Json } from "../src/kubernetes/manifest.ts";

/**
 * Returns the steps of a path of docs/guide.md: keys with dots between them, `["any key"]`, `[2]` for an item of a list
 * from 0, `[name=http]` for the first item whose field has that value. Throws an Error for text that is no path.
 */
export function steps(path: string): readonly string[] {
  const parts = path.match(/\["[^"]+"\]|\[[^\]"]+\]|[\w-]+/g) ?? [];
  const written = parts
    .map((part, index) => (part.startsWith("[") || index === 0 ? part : `.${part}`))
    .join("");
  if (written !== path) throw new Error(`no path: ${path}`);
  return parts.map((part) => (part.startsWith('["') ? part.slice(2, -2) : part));
}

/**
 * Returns what is at the path below a value, or undefined. Text below which a path goes on is a file of settings: one
 * per line, the key first, `=` or space between; a key that returns is a list.
 */
export function find(value: Json | undefined, [step, ...rest]: readonly string[]): Json | undefined {
  if (step === undefined) return value;
  return find(below(value, step), rest);
}

function below(value: Json | undefined, step: string): Json | undefined {
  if (Array.isArray(value)) return item(value, step.slice(1, -1));
  if (typeof value === "string") return settings(value)[step];
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, step) ? Object.entries(value).find(([key]) => key === step)?.[1] : undefined;
}

function item(list: readonly Json[], wanted: string): Json | undefined {
  const [field = "", expected] = wanted.split("=");
  if (expected === undefined) return list[Number(field)];
  return list.find((entry) => below(entry, field) === expected);
}

/** Returns the settings of a configuration file, without comments; spaces within a value count as one. */
export function settings(text: string): Readonly<Record<string, Json>> {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/(?:^|\s)#.*$/, "").trim())
    .filter((line) => line !== "")
    .map((line) => /^(?<key>[\w.-]+)\s*[=\s]\s*(?<value>.*)$/.exec(line)?.groups ?? { key: line, value: "" });
  const values = Map.groupBy(lines, ({ key = "" }) => key);
  return Object.fromEntries(
    [...values].map(([key, members]) => {
      const [first = "", ...others] = members.map(({ value = "" }) => value.replaceAll(/\s+/g, " "));
      return [key, others.length === 0 ? first : [first, ...others]];
    }),
  );
}
