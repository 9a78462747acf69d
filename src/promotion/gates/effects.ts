import { asArray, asObject, type Json, type JsonObject } from "../../kubernetes/manifest.ts";
import { verdicts } from "../../plan/report/model.ts";
import type { Release } from "../../values/release.ts";
import { differencesOf, objectName, objectsOf, unaccepted, type EnvironmentTree } from "../difference.ts";
import type { oneWayKinds } from "../policy.ts";
import { formatInstant } from "../time.ts";
import { failed, notApplicable, ofRelease, passed, short, type Gate, type Situation } from "./gate.ts";

/** The plan's verdict is no worse than the environment permits. */
export const verdict: Gate = ofRelease("verdict", ({ plan, policy }, { environment }) => {
  const allowed = policy.environments[environment]?.verdict ?? "restarts";
  const { verdict: found, effects, problems } = plan(environment, "forward");
  const evidence = [
    ...problems,
    ...effects
      .filter(({ verb }) => verb === "refused" || verb === "deleted" || verb === "recreated")
      .map(({ verb, object, cause }) => `${verb}: ${object.kind}/${object.name}: ${cause}`),
  ];
  return verdicts.indexOf(found) <= verdicts.indexOf(allowed)
    ? passed(`the plan's verdict is ${found}, at worst ${allowed} is allowed`, evidence)
    : failed(`the plan's verdict is ${found}, at worst ${allowed} is allowed`, evidence);
});

type OneWay = (typeof oneWayKinds)[number];

/** It can be taken back: what cannot needs an exception that its owners merged before. */
export const canGoBack: Gate = ofRelease("can-go-back", (situation, promotion) => {
  const { plan, policy, now, tree } = situation;
  const { environment, after, before, isRollback } = promotion;
  const today = formatInstant(now).slice(0, 10);
  const found: (readonly [OneWay, string])[] = [];
  if (isRollback) {
    for (const crossed of crossedBy(situation, environment, after.digest))
      if (crossed.migration === "one-way")
        found.push([
          "one-way-migration",
          `${crossed.version} (${short(crossed.digest)}) migrated one way; ${after.version} may not read its schema`,
        ]);
  } else if (after.migration === "one-way" && after.digest !== before.digest)
    found.push(["one-way-migration", `${after.version} migrates one way`]);
  const [old, young] = [tree("base", environment), tree("head", environment)];
  const decided = new Map<string, string>();
  for (const { kind, path, read } of partsThatStay)
    for (const name of changedParts(old, young, read)) {
      found.push([kind, `${name} changes`]);
      decided.set(name, path);
    }
  const open = found.filter(
    ([kind]) =>
      !policy.exceptions.some(
        (exception) =>
          exception.environment === environment &&
          exception.kind === kind &&
          exception.digest === (isRollback ? before.digest : after.digest) &&
          exception.end >= today,
      ),
  );
  const evidence = found.map(([kind, what]) => `${kind}: ${what}`);
  if (open.length > 0)
    return failed(
      `${[...new Set(open.map(([kind]) => kind))].join(", ")}: its owners decide by an exception in environments/promotion.yaml, merged before`,
      evidence,
    );
  const back = plan(environment, "back");
  const refused = back.effects.filter(({ verb }) => verb === "refused");
  // What its owners decided does not count again, or else their exception would permit nothing.
  const others = refused.filter(({ object, changes }) => {
    const part = decided.get(`${object.kind}/${object.name}`);
    return (
      part === undefined ||
      changes.some(({ verb, path }) => verb === "refused" && path !== part && !path.startsWith(`${part}[`))
    );
  });
  if (back.verdict === "refused" && (others.length > 0 || refused.length === 0))
    return failed("taking it back would be refused by the API server", [
      ...back.problems,
      ...others.map(({ object, cause }) => `${object.kind}/${object.name}: ${cause}`),
    ]);
  return passed(
    found.length > 0
      ? "what cannot be taken back was decided by its owners"
      : `it can be taken back (the plan of it: ${back.verdict})`,
    evidence,
  );
});

/** What a rollback undoes: the releases since the one that it goes to. */
function crossedBy({ stands }: Situation, environment: string, digest: string): readonly Release[] {
  const all = stands(environment);
  const target = all.findIndex(({ release }, index) => index > 0 && release.digest === digest);
  return all.slice(0, target === -1 ? all.length : target).map(({ release }) => release);
}

/** What an object cannot have back, and where it stands. */
interface PartThatStays {
  readonly kind: OneWay;
  readonly path: string;
  readonly read: (object: JsonObject) => Json | undefined;
}

const partsThatStay: readonly PartThatStays[] = [
  {
    kind: "claim-templates",
    path: "spec.volumeClaimTemplates",
    read: ({ kind, spec }) =>
      kind === "StatefulSet" ? asArray(asObject(spec)["volumeClaimTemplates"]) : undefined,
  },
  {
    kind: "crd-versions",
    path: "spec.versions",
    read: ({ kind, spec }) =>
      kind === "CustomResourceDefinition"
        ? asArray(asObject(spec)["versions"]).map((version) => {
            const { name, served, storage } = asObject(version);
            return [name ?? null, served ?? null, storage ?? null];
          })
        : undefined,
  },
];

/** Names of the objects on both sides in which a part differs. */
function changedParts(
  before: EnvironmentTree,
  after: EnvironmentTree,
  read: (object: JsonObject) => Json | undefined,
): readonly string[] {
  const parts = (tree: EnvironmentTree): ReadonlyMap<string, string> =>
    new Map(
      objectsOf(tree).flatMap((object) => {
        const part = read(object);
        return part === undefined ? [] : [[objectName(object), JSON.stringify(part)]];
      }),
    );
  const [old, young] = [parts(before), parts(after)];
  return [...old].filter(([name, part]) => young.has(name) && young.get(name) !== part).map(([name]) => name);
}

/** The tree differs from the one that the release soaked in only where that is agreed. */
export const difference: Gate = ofRelease("difference", ({ policy, tree }, { environment, isRollback }) => {
  const settings = policy.environments[environment];
  if (isRollback) return notApplicable("a rollback is compared with nothing");
  if (settings?.after === undefined) return notApplicable(`${environment} takes new releases`);
  const found = differencesOf(tree("base", settings.after), tree("head", environment));
  const open = unaccepted(found, settings.differences ?? []);
  const lines = (list: typeof found): string[] =>
    list.map(
      ({ object, path, before, after }) => `${object} ${path}: ${before ?? "absent"} → ${after ?? "absent"}`,
    );
  return open.length === 0
    ? passed(`${found.length} values differ from ${settings.after}, each where that is agreed`, lines(found))
    : failed(
        `${open.length} values differ from ${settings.after} where that is not agreed, so its soak time says nothing of them`,
        lines(open),
      );
});
