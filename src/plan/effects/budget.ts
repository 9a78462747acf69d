import type { Settings } from "../argocd/settings.ts";
import type { PlanObject } from "../read/objects.ts";
import type { DeletionBudget, Effect } from "../report/model.ts";
import { lossOf } from "./data.ts";
import type { ObjectSet } from "./neighbours.ts";

/** Counts what is deleted against what the environment allows in one pull request. */
export function budgetOf(effects: readonly Effect[], base: ObjectSet, { budget }: Settings): DeletionBudget {
  const deleted = effects.filter(({ verb }) => verb === "deleted");
  const objectOf = ({ object }: Effect): PlanObject | undefined =>
    base.get([object.group, object.kind, object.namespace, object.name].join("/"));
  const bearing = deleted.filter((effect) => {
    const object = objectOf(effect);
    return object !== undefined && lossOf(object, base).bearing;
  }).length;
  const others = deleted.length - bearing;
  return {
    dataBearing: budget.dataBearing,
    others: budget.others,
    usedDataBearing: bearing,
    usedOthers: others,
    from: budget.from,
    exceeded: bearing > budget.dataBearing || others > budget.others,
  };
}
