import type { Manifest } from "../kubernetes/manifest.ts";

/** One thing that can run out: what is there, and what the largest permitted state needs of it. */
export interface Budget {
  /** Such as `max_connections of postgres-primary`. */
  readonly what: string;
  /** The object and the path in it where what is there is set. */
  readonly manifest: Manifest;
  readonly path: string;
  readonly allowed: number;
  /** How what is allowed comes about, where it is not the setting itself. */
  readonly note?: string;
  /** What is needed, part by part. */
  readonly parts: readonly BudgetPart[];
  readonly unit: "connections" | "bytes";
  /** Keys of the values that decide it. */
  readonly values: readonly string[];
}

/** A part of what is needed. */
export type BudgetPart = readonly [what: string, amount: number];

/** Returns the sum of the parts. */
export function neededOf({ parts }: Pick<Budget, "parts">): number {
  return parts.reduce((sum, [, amount]) => sum + amount, 0);
}

/** Whether the parts fit; not where one of them, or what is there, is no number. */
export function isWithin(budget: Budget): boolean {
  return neededOf(budget) <= budget.allowed;
}

/** Returns an amount for people: bytes in MiB, connections as they are. */
export function formatBudgetAmount({ unit }: Pick<Budget, "unit">, amount: number): string {
  return unit === "bytes" ? `${Math.round(amount / 2 ** 20)} MiB` : String(amount);
}

/** Returns the parts as indented lines, the amounts in a column. */
export function budgetTable(budget: Budget): string {
  const rows = budget.parts.map(([what, amount]) => [formatBudgetAmount(budget, amount), what] as const);
  return rows.map(([amount, what]) => `    ${amount.padStart(12)}  ${what}`).join("\n");
}
