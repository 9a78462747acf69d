import { budgetTable, formatBudgetAmount, isWithin, neededOf } from "../capacity/budget.ts";
import { diskBudgets } from "../capacity/disk.ts";
import type { Rule } from "./rule.ts";

/** Every volume holds the data, the WAL and the copies that it is for, and every temporary directory is kept for its pod. */
export const disk: Rule = {
  id: "disk",
  reason: "a database on a full volume stops, a backup on one is missing, and a full node evicts its pods",
  source:
    "PostgreSQL 15, WAL Configuration and Replication; Redis, Persistence; Kubernetes, Local ephemeral storage",
  values: ["postgresql", "redis", "app.volumes", "app.resources"],
  *check(manifests) {
    for (const budget of diskBudgets(manifests).filter((one) => !isWithin(one))) {
      const [allowed, needed] = [budget.allowed, neededOf(budget)].map((amount) =>
        formatBudgetAmount(budget, amount),
      );
      yield {
        manifest: budget.manifest,
        path: budget.path,
        message: `is ${allowed}${budget.note === undefined ? "" : ` (${budget.note})`}, but ${needed} may have to be held; make it larger, or lower a part:\n${budgetTable(budget)}`,
        values: budget.values,
      };
    }
  },
};
