import type { Json } from "../kubernetes/manifest.ts";

/** Amounts by the names that a ResourceQuota gives to resources, in thousandths of their unit. */
export type Amounts = ReadonlyMap<string, number>;

// Kubernetes API reference, Quantity. A parser apart from the one that the quota is derived with: a mistake in one of
// them must show.
const quantity =
  /^\+?(?<number>\d+\.?\d*|\.\d+)(?:(?<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d+))?$/;
const decimal = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** Returns a quantity in thousandths of its unit; NaN for what is none, which fits nowhere. */
export function amountOf(value: Json | undefined): number {
  const text = typeof value === "number" ? String(value) : value;
  const groups = typeof text === "string" ? quantity.exec(text)?.groups : undefined;
  if (!groups) return Number.NaN;
  const { number = "", suffix = "", exponent } = groups;
  if (exponent !== undefined) return rounded(Number(number) * 10 ** (Number(exponent) + 3));
  const power = binary.indexOf(suffix) + 1;
  const factor = power > 0 ? 1000 * 1024 ** power : 10 ** (3 * (decimal.indexOf(suffix) - 2));
  return rounded(Number(number) * factor);
}

/** Returns an amount for people: whole MiB of memory and storage, cores with `m` for parts, else a number. */
export function formatAmount(resource: string, amount: number): string {
  if (/memory|storage$/.test(resource)) return `${Math.ceil(amount / 1000 / 2 ** 20)}Mi`;
  return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
}

/** Returns the amounts for several that are alike. */
export function times(amounts: Amounts, count: number): Amounts {
  return new Map([...amounts].map(([name, amount]) => [name, amount * count]));
}

/** Kubernetes rounds a quantity up to the next thousandth. */
function rounded(amount: number): number {
  const nearest = Math.round(amount);
  return Math.abs(amount - nearest) < 1e-6 * Math.max(1, nearest) ? nearest : Math.ceil(amount);
}
