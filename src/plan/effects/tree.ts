import type { Manifest } from "../../kubernetes/manifest.ts";
import type { PlanObject } from "../read/objects.ts";
import type { ObjectSet } from "./neighbours.ts";

const made = new WeakMap<ObjectSet, readonly Manifest[]>();

/** Returns the objects of a set in the form in which the checks take an environment; the same list for the same set. */
export function manifestsOf(set: ObjectSet): readonly Manifest[] {
  const known = made.get(set);
  if (known) return known;
  const manifests = [...set.values()].map(manifestOf);
  made.set(set, manifests);
  return manifests;
}

function manifestOf({ group, version, kind, name, namespace, body }: PlanObject): Manifest {
  return {
    apiVersion: group === "" ? version : `${group}/${version}`,
    kind,
    name,
    namespace: namespace === "" ? undefined : namespace,
    component: "",
    body,
  };
}
