import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import { growth } from "../../../src/plan/effects/refusals/storage.ts";
import { refusals, type Refusal } from "../../../src/plan/effects/refusals/index.ts";
import { changedFingerprints } from "../../../src/plan/effects/refusals/others.ts";
import { invalidities } from "../../../src/plan/effects/refusals/validity.ts";
import { changesText, predict } from "../../../src/plan/effects/update.ts";
import { canonical } from "../../../src/plan/compare/canonical.ts";
import { keptByService } from "../../../src/plan/effects/refusals/services.ts";
import { formatPath } from "../../../src/plan/json.ts";
import { objectsOf, type PlanObject } from "../../../src/plan/read/objects.ts";
import type { Pair } from "./pair.ts";
import { prerequisites, type Recorded } from "./replay.ts";

/** What the plan says about a pair, in the words of a recording, with its reasons. */
export interface Predicted {
  readonly answer: Recorded["answer"];
  readonly refusals: readonly Refusal[];
  readonly paths: readonly string[];
}

function planObject(value: JsonObject): PlanObject {
  const { objects } = objectsOf("pair.yaml", { value, line: 1, lineOf: () => 1 });
  const [object] = objects;
  if (!object) throw new Error("the manifest is no object");
  return object;
}

/** Predicts what an API server of a minor version does with a pair under server-side apply. */
export function predictPair({ base, head, status }: Pair, minor: number): Predicted {
  const [old, next] = [planObject(base), planObject(head)];
  if (invalidities(old, canonical(old.body, old, minor), minor).length > 0)
    return { answer: "base-refused", refusals: [], paths: [] };
  const update = predict(old, next, { minor, mode: "server-side" });
  const classes = new Map(prerequisites.map((object) => [planObject(object).name, object]));
  const isClaim = next.kind === "PersistentVolumeClaim" && status !== undefined;
  const { refusal } = isClaim ? growth(update, (name) => classes.get(name)) : {};
  const found = [...refusals(update), ...(refusal ? [refusal] : [])];
  const kept = next.kind === "Service" ? keptByService(update) : [];
  const paths = update.differences.map(({ path }) => formatPath(path)).filter((path) => !kept.includes(path));
  if (found.length > 0) return { answer: "refused", refusals: found, paths };
  if (next.kind !== "CronJob" && changesText(update, "spec", "template"))
    return { answer: "template", refusals: [], paths };
  const isChanged = paths.length + changedFingerprints({ base: old, head: next }).length > 0;
  return { answer: isChanged ? "changed" : "unchanged", refusals: [], paths };
}
