import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { argocdFiles, projectManifest } from "../../../src/argocd/files.ts";
import { rules } from "../../../src/checks/rules.ts";
import { runRules } from "../../../src/checks/run.ts";
import { argocdEnvironment } from "../../../src/system/argocd.ts";
import { valuesSchema } from "../../../src/values/schema.ts";
import { manifestsOf, type PlainValues } from "../../in-memory.ts";
import { nameOf, toObject, type KubernetesObject } from "../api/object.ts";
import { inOrderOfWaves } from "../tree.ts";
import { scored, step, type Step } from "./compare.ts";
import { change, type Live } from "./live.ts";
import type { PlannedTree } from "./predict.ts";
import type { Scored } from "./score.ts";

const noPolicies = { freezes: [], policy: { environments: {} } };

/** Renders values as the tree of an environment, with what Argo CD is told about it. */
export function treeOf(environment: string, plain: PlainValues): PlannedTree {
  const built = { name: environment, values: valuesSchema.parse(plain), manifests: manifestsOf(plain) };
  const { manifests } = built;
  const files = argocdFiles([argocdEnvironment(built, noPolicies)]);
  const control = [...files].filter(([path]) => /\/(?:projects|applications)\/[^/-]+\.yaml$/u.test(path));
  return {
    environment,
    objects: inOrderOfWaves(manifests.map(({ body }) => toObject(body))),
    control: control.map(([, text]) => toObject(parse(text))).filter(isOf(environment)),
  };
}

/** Whether the schema and the checks let values into a cluster: what they refuse may never come to rest there. */
export function isPermitted(environment: string, plain: PlainValues): boolean {
  const { data: values } = valuesSchema.safeParse(plain);
  if (values === undefined) return false;
  const built = { name: environment, values, manifests: manifestsOf(plain) };
  const manifests = [...built.manifests, projectManifest(argocdEnvironment(built, noPolicies))];
  const subject = { environment, manifests, exceptions: built.values.exceptions, locate: () => undefined };
  return runRules(rules, subject).every(({ severity }) => severity !== "error");
}

/** Brings the cluster from one tree to another and returns what was said and what happened for each changed object. */
export async function compareTrees(
  live: Live,
  name: string,
  { from, to }: { readonly from: PlannedTree; readonly to: PlannedTree },
): Promise<readonly Scored[]> {
  const steps: Step[] = [];
  for (const object of differences(from, to))
    steps.push(await step(live, { name: `${name}: ${nameOf(present(object))}`, from, to, object }));
  const podsAtEnd = steps.at(-1)?.happened.podsAfter;
  return steps.map((one) => scored(one, podsAtEnd));
}

/** Brings the cluster from one tree to another. Throws where an object is refused. */
export async function bring(live: Live, from: PlannedTree, to: PlannedTree): Promise<void> {
  for (const [base, head] of differences(from, to)) {
    const { refusal } = await change(live, base, head);
    if (refusal !== undefined) throw new Error(`${nameOf(present([base, head]))}: ${refusal}`);
  }
}

type Pair = readonly [base: KubernetesObject | undefined, head: KubernetesObject | undefined];

/** The objects that differ, those that are applied in the order of their waves, then those that are pruned. */
function differences(from: PlannedTree, to: PlannedTree): readonly Pair[] {
  const old = new Map(from.objects.map((object) => [nameOf(object), object]));
  const kept = new Set(to.objects.map(nameOf));
  return [
    ...to.objects
      .map((head): Pair => [old.get(nameOf(head)), head])
      .filter(([base, head]) => !isDeepStrictEqual(base, head)),
    ...from.objects.filter((base) => !kept.has(nameOf(base))).map((base): Pair => [base, undefined]),
  ];
}

function present([base, head]: Pair): KubernetesObject {
  const object = head ?? base;
  if (object === undefined) throw new Error("neither side has an object");
  return object;
}

function isOf(environment: string) {
  return ({ metadata }: KubernetesObject): boolean => metadata.name.endsWith(`-${environment}`);
}
