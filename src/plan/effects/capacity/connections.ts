import { neededOf } from "../../../capacity/budget.ts";
import { connectionBudgets } from "../../../capacity/connections.ts";
import type { Manifest } from "../../../kubernetes/manifest.ts";
import type { CapacityLine } from "../../report/model.ts";
import { percent } from "./rollout.ts";

/** Returns how many of each server's connections its clients can take, before and after. */
export function connections(
  environment: string,
  old: readonly Manifest[],
  next: readonly Manifest[],
): readonly CapacityLine[] {
  const before = new Map(serverBudgets(old).map((budget) => [budget.what, budget]));
  return serverBudgets(next).flatMap((budget): CapacityLine[] => {
    const { allowed, what } = budget;
    const earlier = before.get(what);
    const [needed, neededBefore] = [neededOf(budget), earlier === undefined ? 0 : neededOf(earlier)];
    if (![allowed, needed, neededBefore].every(Number.isFinite)) return [];
    return [
      {
        environments: [environment],
        of: "connections",
        what: `${what.replace(" of ", " of StatefulSet/")}, without the reserved ones`,
        ...(earlier ? { allowedBefore: String(earlier.allowed) } : {}),
        allowed: String(allowed),
        before: String(neededBefore),
        peak: String(needed),
        percent: percent(needed, allowed),
        fits: needed <= allowed ? "yes" : "later",
        stuck: [],
      },
    ];
  });
}

function serverBudgets(manifests: readonly Manifest[]): ReturnType<typeof connectionBudgets> {
  return connectionBudgets(manifests).filter(({ manifest }) => manifest.kind === "StatefulSet");
}
