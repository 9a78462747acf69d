import { budgetTable, formatBudgetAmount, isWithin, neededOf } from "../capacity/budget.ts";
import { connectionBudgets } from "../capacity/connections.ts";
import type { Rule } from "./rule.ts";

/** All clients together, in the largest permitted state, fit the connections that servers and poolers accept. */
export const connections: Rule = {
  id: "connections",
  reason: "the pod that gets no connection is the one that scaled up because of the load",
  source: "PostgreSQL 15, Connections and Authentication; SQLAlchemy, QueuePool; Redis, Client handling",
  values: [
    "postgresql.settings.maxConnections",
    "postgresql.pooler",
    "app.autoscaling.maxReplicas",
    "app.replicaCount",
    "env.UVICORN_WORKERS",
    "env.DATABASE_POOL_SIZE",
    "env.DATABASE_MAX_OVERFLOW",
    "env.REDIS_POOL_SIZE",
  ],
  *check(manifests) {
    for (const budget of connectionBudgets(manifests).filter((one) => !isWithin(one)))
      yield {
        manifest: budget.manifest,
        path: budget.path,
        message: `is ${budget.note ?? budget.allowed}, but clients may open ${formatBudgetAmount(budget, neededOf(budget))}; lower a pool, or raise it:\n${budgetTable(budget)}`,
        values: budget.values,
      };
  },
};
