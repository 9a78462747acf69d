import { stringify } from "yaml";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { computePlan } from "../../src/plan/compute.ts";
import { changedEnvironments, repositoryLayout, type Layout } from "../../src/plan/read/environments.ts";
import { blobId } from "../../src/plan/read/folder.ts";
import { limits, type Limits } from "../../src/plan/read/limits.ts";
import type { Snapshot } from "../../src/plan/read/snapshot.ts";
import type { Effect, Plan } from "../../src/plan/report/model.ts";

/** Files of a tree: path to text, or to objects that become one YAML document each. */
export type Tree = Readonly<Record<string, string | JsonObject | readonly JsonObject[]>>;

/** Returns a snapshot of files in memory. */
function snapshot(tree: Tree, label = "memory"): Snapshot {
  const content = new Map(Object.entries(tree).map(([path, value]) => [path, Buffer.from(textOf(value))]));
  const files = [...content].map(
    ([path, bytes]) => [path, { path, id: blobId(bytes, "sha1"), size: bytes.length }] as const,
  );
  return {
    label,
    files: new Map(files),
    skipped: [],
    read: (paths) => new Map(paths.map((path) => [path, content.get(path) ?? Buffer.alloc(0)])),
  };
}

function textOf(value: Tree[string]): string {
  if (typeof value === "string") return value;
  const objects = isObjects(value) ? value : [value];
  return objects.map((object) => stringify(object)).join("---\n");
}

function isObjects(value: JsonObject | readonly JsonObject[]): value is readonly JsonObject[] {
  return Array.isArray(value);
}

/** What a test may set besides the two trees. */
export interface PlanOptions {
  readonly minor?: number;
  readonly environment?: string;
  readonly layout?: Layout;
  readonly limits?: Limits;
  readonly texts?: boolean;
}

/** Returns the plan for two trees in memory, with the paths of this repository. */
export function planOf(base: Tree, head: Tree, options: PlanOptions = {}): Plan {
  const { minor, environment, layout = repositoryLayout, texts = false } = options;
  const [before, after] = [snapshot(base, "base"), snapshot(head, "head")];
  const sides = {
    base: before,
    head: after,
    layout,
    pipelineFiles: undefined,
    changed: changedEnvironments(before, after, layout),
    unlisted: new Set<string>(),
  };
  return computePlan(sides, { environment, minor, texts }, options.limits ?? limits);
}

/** Returns the plan for objects of one environment, without any Application. */
export function planObjects(
  base: readonly JsonObject[],
  head: readonly JsonObject[],
  options: PlanOptions = {},
): Plan {
  return planOf({ "all.yaml": base }, { "all.yaml": head }, { layout: () => "test", ...options });
}

/** Returns the effect on an object, by kind and name. */
export function effectOn(plan: Plan, kind: string, name: string): Effect | undefined {
  return plan.effects.find(({ object }) => object.kind === kind && object.name === name);
}

/** Returns `kind/name verb` of every effect. */
export function verbsOf(plan: Plan): readonly string[] {
  return plan.effects.map(({ object, verb }) => `${object.kind}/${object.name} ${verb}`);
}
