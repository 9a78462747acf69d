import { budgetTable, formatBudgetAmount, isWithin, neededOf } from "../capacity/budget.ts";
import { memoryBudgets } from "../capacity/memory.ts";
import type { Rule } from "./rule.ts";

/** PostgreSQL and Redis, each at its worst realistic load, stay below the memory limit of their container. */
export const memory: Rule = {
  id: "memory",
  reason: "a database above its limit is killed in the middle of its work, and again when it recovers",
  source: "PostgreSQL 15, Resource Consumption; Redis, Memory optimization and Persistence (fork)",
  values: ["postgresql.primary", "postgresql.readReplicas", "postgresql.settings", "redis"],
  *check(manifests) {
    for (const budget of memoryBudgets(manifests).filter((one) => !isWithin(one))) {
      const [allowed, needed] = [budget.allowed, neededOf(budget)].map((amount) =>
        formatBudgetAmount(budget, amount),
      );
      yield {
        manifest: budget.manifest,
        path: budget.path,
        message: `is ${allowed}, but the server may need ${needed}; raise the limit, or lower a part:\n${budgetTable(budget)}`,
        values: budget.values,
      };
    }
  },
};
