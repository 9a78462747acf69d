import { parse } from "yaml";
import { asObject, type Json } from "../../src/kubernetes/manifest.ts";
import type { Files } from "../../src/output/layout.ts";
import { referenceRows } from "../../src/values/reference.ts";
import { valuesSchema } from "../../src/values/schema.ts";
import { another, companions, find, flatten, situations, valueAt } from "../value-changes.ts";
import { baseValues, edited, inputs, renderTexts } from "./tree.ts";

/** A pull request that changes one value in one file, and renders. */
export interface Change {
  readonly key: string;
  readonly file: string;
  /** Whether it switches something on or off. */
  readonly isSwitch: boolean;
  /** The text of the file after it. */
  readonly text: string;
  /** What is rendered then. */
  readonly rendered: Files;
}

const types = new Map(referenceRows(valuesSchema, undefined).map(({ path, type }) => [path, type]));

/** What may be changed in a release.yaml: its own values, a hold or a hotfix as a whole. */
const releaseChanges: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["version", "1.0.1"],
  ["digest", `sha256:${"1".repeat(64)}`],
  ["source", "1".repeat(40)],
  ["migration", "none"],
  ["origin", "release"],
  ["hold", { reason: "payments were lost", owner: "ops", end: "2026-12-31" }],
  ["hotfix", { reason: "payments were lost", owner: "ops" }],
]);

/** Every key of the values that has a value of its own, and every key of a release. */
export const keys: readonly string[] = [
  ...[...types].filter(([path, type]) => type !== "map" && !path.includes("<name>")).map(([path]) => path),
  ...[...releaseChanges.keys()].map((key) => `release ${key}`),
];

/** Returns the files in which a key may stand. */
export function filesFor(key: string): readonly string[] {
  const isOfRelease = key.startsWith("release ");
  return [...inputs.keys()].filter((file) => file.endsWith("/release.yaml") === isOfRelease);
}

/**
 * Returns the change of a key in a file to the first of some other values that is permitted there: alone, then with
 * what has to be set along with it; undefined if none is.
 */
export function changeOf(key: string, file: string): Change | undefined {
  const before = inputs.get(file) ?? "";
  for (const start of startsOf(key, before)) {
    const path = key
      .replace(/^release /, "")
      .replaceAll("[]", ".0")
      .split(".");
    for (const value of othersOf(key, { path, text: start })) {
      const text = edited(start, path, value);
      if (text === undefined || text === before) continue;
      const rendered = renderTexts(new Map([...inputs, [file, text]]));
      if (rendered) return { key, file, isSwitch: isSwitch(key), text, rendered };
    }
  }
  return undefined;
}

/** Returns a change to a given value. Throws an Error where it is not permitted. */
export function changeTo(key: string, file: string, value: Json): Change {
  const text = edited(inputs.get(file) ?? "", key.split("."), value);
  const rendered = text === undefined ? undefined : renderTexts(new Map([...inputs, [file, text]]));
  if (text === undefined || !rendered) throw new Error(`${key} in ${file} is not permitted`);
  return { key, file, isSwitch: isSwitch(key), text, rendered };
}

function isSwitch(key: string): boolean {
  return types.get(key) === "true or false";
}

/** The text to begin with: as it is, then with what has to be set along with the key. */
function startsOf(key: string, text: string): ReadonlySet<string> {
  const together = flatten(find(companions, key) ?? {});
  const first = flatten(find(situations, key) ?? {});
  const after = [[], together, [...first, ...together]].flatMap(
    (edits) =>
      edits.reduce<string | undefined>(
        (made, [path, value]) => (made === undefined ? undefined : edited(made, path, value)),
        text,
      ) ?? [],
  );
  return new Set(after);
}

/** Other values for a key, the likeliest to be permitted first. */
function othersOf(
  key: string,
  { path, text }: { readonly path: readonly string[]; readonly text: string },
): readonly Json[] {
  const ofRelease = key.startsWith("release ") ? releaseChanges.get(path.join(".")) : undefined;
  if (ofRelease !== undefined) return [ofRelease];
  const current = valueAt(parse(text), path) ?? valueAt(parse(inputs.get(baseValues) ?? ""), path);
  return [another(key, current), ...candidates(current, types.get(key) ?? "")];
}

/** Other values of the same kind, the likeliest first. */
function candidates(value: Json | undefined, type: string): readonly Json[] {
  const choices = /^one of (.*)$/.exec(type)?.[1]?.split(", ") ?? [];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1, value - 1, value * 2, value / 2];
  if (Array.isArray(value)) return value.length > 0 ? [value.slice(1), [...value, "other"]] : [["other"]];
  if (value !== null && typeof value === "object") return [{ ...asObject(value), other: "label" }];
  const unset: readonly Json[] = ["other", 2, true, "other.example.com", "10.128.0.0/9", "3Gi", "500m"];
  return [
    ...choices.filter((choice) => choice !== value),
    ...(typeof value === "string" ? textsLike(value) : []),
    ...unset,
  ];
}

function textsLike(text: string): readonly string[] {
  const [, number, unit = ""] = /^(\d+)(\D*)$/.exec(text) ?? [];
  const amount = Number(number);
  return [
    ...(number === undefined
      ? []
      : [amount + 1, amount + 100, amount - 1, amount * 2].map((n) => `${n}${unit}`)),
    ...(/^1\.\d+$/.test(text) ? ["1.34", "1.25"] : []),
    `${text}-x`,
    `other-${text}`,
    `other.${text}`,
  ];
}
