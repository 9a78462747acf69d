import { stringify } from "yaml";
import { planOf, type Tree } from "../../plan/trees.ts";
import type { KubernetesObject } from "../api/object.ts";
import type { Predicted } from "./score.ts";

/** A tree that a plan can be made of: the objects of one environment, and what Argo CD is told about it. */
export interface PlannedTree {
  readonly environment: string;
  readonly objects: readonly KubernetesObject[];
  /** AppProject and Application. */
  readonly control: readonly KubernetesObject[];
}

const refusesPrefix = "the API server refuses ";

/** What the plan says about one object when the second tree follows the first on a server of a minor release. */
export function predict(
  base: PlannedTree,
  head: PlannedTree,
  { object, minor }: { readonly object: KubernetesObject; readonly minor: number },
): Predicted {
  const { effects } = planOf(files(base), files(head), { environment: base.environment, minor });
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : "";
  const own = effects.find(
    ({ object: found }) =>
      found.group === group && found.kind === object.kind && found.name === object.metadata.name,
  );
  const cause = own?.cause ?? "";
  const reasons = cause.startsWith(refusesPrefix) ? cause.slice(refusesPrefix.length).split("; ") : [];
  return {
    verb: own?.verb,
    depends: own?.certainty === "depends",
    // Each reason is a path and the server's words.
    reasons: reasons.map((reason) => reason.slice(reason.indexOf(": ") + 2)),
    restarts: effects
      .filter(({ verb }) => ["rolls", "recreated", "deleted"].includes(verb))
      .map(({ object: found }) => `${found.kind}/${found.name}`),
  };
}

function files({ environment, objects, control }: PlannedTree): Tree {
  return Object.fromEntries([
    ...objects.map((object) => [`rendered/${environment}/${fileName(object)}`, textOf(object)]),
    ...control.map((object) => [`argocd/${fileName(object)}`, textOf(object)]),
  ]);
}

function fileName({ apiVersion, kind, metadata: { name } }: KubernetesObject): string {
  return `${apiVersion.replaceAll("/", "-")}-${kind}-${name}.yaml`.toLowerCase();
}

const texts = new WeakMap<KubernetesObject, string>();

/** The object's file; trees that follow one another share nearly all of theirs. */
function textOf(object: KubernetesObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = stringify(object);
  texts.set(object, text);
  return text;
}
