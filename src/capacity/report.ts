import type { Manifest } from "../kubernetes/manifest.ts";
import { formatAmount } from "./amounts.ts";
import { type Budget, formatBudgetAmount, neededOf } from "./budget.ts";
import { connectionBudgets } from "./connections.ts";
import { diskBudgets } from "./disk.ts";
import { memoryBudgets } from "./memory.ts";
import { quotaLines } from "./usage.ts";

/** What an environment uses of what it has, in the largest state that its objects permit. */
export interface CapacityReport {
  readonly environment: string;
  readonly sections: readonly CapacitySection[];
}

interface CapacitySection {
  readonly title: "quota" | "connections" | "memory" | "disk";
  readonly rows: readonly CapacityRow[];
}

interface CapacityRow {
  readonly what: string;
  /** Text for people, and the numbers: thousandths of the resource's unit for the quota, else connections or bytes. */
  readonly used: string;
  readonly allowed: string;
  readonly usedAmount: number;
  readonly allowedAmount: number;
  /** Of the quota: with as many pods as can be still ending. */
  readonly peak?: string;
  readonly peakAmount?: number;
}

/** Ways in which the report is shown. */
export const capacityFormats = ["terminal", "markdown", "json"] as const;

/** Returns the report of an environment's objects. */
export function capacityReport(environment: string, manifests: readonly Manifest[]): CapacityReport {
  const quota = quotaLines(manifests).map(({ resource, needed, peak, allowed }): CapacityRow => ({
    what: resource,
    used: formatAmount(resource, needed),
    peak: formatAmount(resource, peak),
    allowed: formatAmount(resource, allowed),
    usedAmount: needed,
    peakAmount: peak,
    allowedAmount: allowed,
  }));
  return {
    environment,
    sections: [
      { title: "quota", rows: quota },
      { title: "connections", rows: connectionBudgets(manifests).map(budgetRow) },
      { title: "memory", rows: memoryBudgets(manifests).map(budgetRow) },
      { title: "disk", rows: diskBudgets(manifests).map(budgetRow) },
    ],
  };
}

/** Returns the reports in a format, without a line break at the end. */
export function formatCapacity(
  reports: readonly CapacityReport[],
  format: (typeof capacityFormats)[number],
): string {
  switch (format) {
    case "terminal":
      return reports.map(terminal).join("\n\n");
    case "markdown":
      return reports.map(markdown).join("\n\n");
    case "json":
      return JSON.stringify({ environments: reports }, undefined, 2);
  }
}

function budgetRow(budget: Budget): CapacityRow {
  const used = neededOf(budget);
  return {
    what: budget.what,
    used: formatBudgetAmount(budget, used),
    allowed: formatBudgetAmount(budget, budget.allowed),
    usedAmount: used,
    allowedAmount: budget.allowed,
  };
}

const headings = ["", "used", "used while pods still end", "allowed", "share"] as const;

function tableOf({ title, rows }: CapacitySection): readonly (readonly string[])[] {
  return [
    [title, ...headings.slice(1)],
    ...rows.map(({ what, used, peak, allowed, usedAmount, allowedAmount }) => [
      what,
      used,
      peak ?? "",
      allowed,
      `${Math.round((100 * usedAmount) / allowedAmount)} %${usedAmount <= allowedAmount ? "" : ", too much"}`,
    ]),
  ].map((row) => (title === "quota" ? row : row.toSpliced(2, 1)));
}

function terminal({ environment, sections }: CapacityReport): string {
  const tables = sections.filter(({ rows }) => rows.length > 0).map(tableOf);
  return [environment, ...tables.flatMap((rows) => ["", ...aligned(rows)])].join("\n");
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function markdown({ environment, sections }: CapacityReport): string {
  const tables = sections.filter(({ rows }) => rows.length > 0).map(tableOf);
  return [
    `### ${environment}`,
    ...tables.flatMap(([head = [], ...rows]) => [
      "",
      `| ${head.join(" | ")} |`,
      `|${head.map((_cell, column) => (column === 0 ? " --- " : " ---: ")).join("|")}|`,
      ...rows.map((row) => `| ${row.join(" | ")} |`),
    ]),
  ].join("\n");
}
