import { isList, isObject, type Json, type JsonObject } from "./json.ts";
import { isSensitiveName, redactText, sensitiveParts } from "./redact-text.ts";
import { withheld } from "./read/secrets.ts";
import type { Plan } from "./report/model.ts";

/*
 * Two steps. Where an object is at hand, a value is withheld for where it stands: below a key, an environment variable
 * or behind a flag whose name says that it is a secret. Last, one walk over the whole plan withholds what looks like a
 * secret by itself, and every repetition of what the first step found, also encoded.
 */

/** Returns the object with every value withheld that its place says is a secret. The shape stays the same. */
export function redactObject(body: JsonObject): JsonObject {
  const redacted = walk(body, () => undefined);
  return isObject(redacted) ? redacted : {};
}

/** Returns a value as it may be shown below a name. */
export function redactValue(name: string, value: Json): Json {
  return walk(value, () => undefined, name);
}

/** Returns the texts in an object that its places say are secrets. */
export function secretsIn(body: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  walk(body, (secret) => void found.add(secret));
  return found;
}

type Report = (secret: string) => void;

function walk(value: Json, report: Report, name = ""): Json {
  if (isList(value)) return walkList(value, report, name);
  if (isObject(value)) return walkMap(value, report);
  if (typeof value === "string") {
    if (isSensitiveName(name) && !isPlaceholder(value)) {
      report(value);
      return withheld;
    }
    for (const secret of sensitiveParts(value)) report(secret);
    return redactText(value);
  }
  return typeof value === "number" && isSensitiveName(name) && Math.abs(value) >= 10_000 ? withheld : value;
}

function walkMap(map: JsonObject, report: Report): JsonObject {
  const label = map["name"] ?? map["key"];
  const labelled = typeof label === "string" && isSensitiveName(label);
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      // The pair of an environment variable, a header or a parameter: the name stands beside the value.
      const isPair =
        labelled &&
        (key === "value" || key === "default") &&
        typeof value === "string" &&
        !isPlaceholder(value);
      if (!isPair) return [key, walk(value, report, key)];
      report(value);
      return [key, withheld];
    }),
  );
}

function walkList(list: readonly Json[], report: Report, name: string): readonly Json[] {
  return list.map((item, index) => {
    const before = list[index - 1];
    // A flag and its value as two arguments: --password hunter2
    const isFlagValue = typeof before === "string" && /^--?[\w.-]+$/.test(before) && isSensitiveName(before);
    if (isFlagValue && typeof item === "string" && !isPlaceholder(item)) {
      report(item);
      return withheld;
    }
    return walk(item, report, name);
  });
}

// A reference to a value that is elsewhere shows nothing: $(PASSWORD), ${PASSWORD}, {{ .password }}.
function isPlaceholder(text: string): boolean {
  return text === "" || /^(?:\$\([\w.-]+\)|\$\{[\w.:-]+\}|\{\{[^{}]*\}\})$/.test(text.trim());
}

/** Returns the plan with every text redacted; `secrets` are withheld wherever they stand, plain or encoded. */
export function redactPlan(plan: Plan, secrets: Iterable<string>): Plan {
  const needles = [...secrets].flatMap(formsOf);
  const pattern =
    needles.length === 0
      ? undefined
      : new RegExp(
          needles
            .toSorted((a, b) => b.length - a.length)
            .map(escape)
            .join("|"),
          "g",
        );
  const text = (value: string): string => redactText(pattern ? value.replaceAll(pattern, withheld) : value);
  const visit = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), visit(item)]));
  };
  const redacted = structuredClone(plan);
  for (const [key, value] of Object.entries(plan)) Reflect.set(redacted, key, visit(value));
  return redacted;
}

// A short or everyday word (a user named postgres whose password is the same) would blot out half of the plan; where
// it stands as a secret it is withheld already.
function isDistinct(secret: string): boolean {
  return secret.length >= 12 || (secret.length >= 6 && /\d/.test(secret) && /[A-Za-z]/.test(secret));
}

function formsOf(secret: string): readonly string[] {
  if (!isDistinct(secret)) return [];
  const bytes = [secret, `${secret}\n`].map((form) => Buffer.from(form));
  const base64 = bytes.flatMap((form) => [
    form.toString("base64").replace(/=+$/, ""),
    form.toString("base64url"),
  ]);
  const hex = Buffer.from(secret).toString("hex");
  const percent = [encodeURIComponent(secret), percentAll(secret)];
  return [...new Set([secret, ...base64, hex, ...percent, JSON.stringify(secret).slice(1, -1)])];
}

function percentAll(secret: string): string {
  return [...Buffer.from(secret)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
