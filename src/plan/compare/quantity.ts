import type { Path } from "../json.ts";

// Kubernetes API reference, Quantity: a decimal number with a binary or decimal suffix or an exponent.
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/;
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binary: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const scale = 40; // digits behind the point that are kept: more than any quantity can have, so that nothing is rounded

/** Returns the quantity in 10^-40 units, or undefined for text that is none. Exact: two are equal when these are. */
export function quantity(value: unknown): bigint | undefined {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > 60) return undefined;
  const [whole, sign, digits = "", fraction = "", suffix = "", exponent] = pattern.exec(text) ?? [];
  if (whole === undefined || digits + fraction === "" || fraction.length > 20) return undefined;
  const power = exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent);
  if (Math.abs(power) > 20) return undefined;
  const shift = scale - fraction.length + power;
  if (shift < 0) return undefined;
  const size = BigInt(digits + fraction) * 10n ** BigInt(shift) * 2n ** (binary[suffix] ?? 0n);
  return sign === "-" ? -size : size;
}

/** Whether the server would store both texts in the same notation: it keeps binary apart from decimal suffixes. */
export function isSameNotation(before: unknown, after: unknown): boolean {
  return notation(before) === notation(after);
}

function isThousands(value: unknown): boolean {
  const size = quantity(value) ?? 0n;
  return size % 10n ** BigInt(scale) !== 0n || size % 10n ** BigInt(scale + 3) === 0n;
}

function notation(value: unknown): string {
  const [, , , , suffix = "", exponent] = pattern.exec(String(value)) ?? [];
  // In steps of a thousand, so that an exponent of none is left away: 1e1 is stored as 10.
  if (exponent !== undefined && isThousands(value)) return "exponent";
  return suffix.endsWith("i") ? "binary" : "decimal";
}

// Where the built-in kinds hold quantities: the field itself, or the map around it.
const fields = new Set(["sizeLimit", "divisor", "averageValue", "storage"]);
const maps = new Set([
  "requests",
  "limits",
  "hard",
  "capacity",
  "podFixed",
  "max",
  "min",
  "default",
  "defaultRequest",
]);

/** Whether the path of a built-in kind leads to a quantity. */
export function isQuantityPath(path: Path): boolean {
  const last = path.at(-1);
  const around = path.at(-2);
  if (around === "data" || around === "annotations" || around === "labels" || typeof last === "number")
    return false;
  if (fields.has(String(last)) || (typeof around === "string" && maps.has(around))) return true;
  return last === "value" && around === "target";
}
