import { planAnnotations } from "../../argocd/names.ts";
import { at, listAt, mapAt, textAt, textsAt, type JsonObject } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";

/** Newest minor version of Kubernetes whose rules are known here. */
export const newestMinor = 37;
/** Oldest minor version of Kubernetes whose rules are known here. */
export const oldestMinor = 25;

/** What the plan must know of an environment beyond its objects; all of it stands on its Application. */
export interface Settings {
  /** Name of the Application; absent for a folder that no Application of the tree points to. */
  readonly application?: PlanObject;
  readonly minor: number;
  readonly minorFrom: string;
  readonly options: ReadonlySet<string>;
  /** Whether objects that leave the tree are deleted. */
  readonly prune: boolean;
  /** Whether a sync begins by itself after the merge. */
  readonly automated: boolean;
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Whether deleting the Application deletes what it manages. */
  readonly cascades: boolean;
  readonly budget: { readonly dataBearing: number; readonly others: number; readonly from: string };
}

const defaultBudget = { dataBearing: 0, others: 5 } as const;

/** Whether an object is an Argo CD Application. */
export function isApplication({ group, kind }: Pick<PlanObject, "group" | "kind">): boolean {
  return group === "argoproj.io" && kind === "Application";
}

/** Returns the paths in this repository that an Application syncs, without a leading or trailing slash. */
export function sourcePaths(application: JsonObject): readonly string[] {
  const sources = [at(application, "spec", "source"), ...listAt(application, "spec", "sources")];
  return sources.flatMap((source) => {
    const path = textAt(source, "path");
    return path === undefined ? [] : [path.replace(/^(?:\.?\/)+|\/+$/g, "")];
  });
}

/** Whether deleting the Application deletes its objects: the resources finalizer, in one of its spellings. */
function cascades(application: JsonObject): boolean {
  return textsAt(application, "metadata", "finalizers").some((name) =>
    name.startsWith("resources-finalizer.argocd.argoproj.io"),
  );
}

/**
 * Returns the settings of an environment from its Application as the base has it (the head's for a new environment).
 * Without an Application: the newest minor, the default budget, and objects that leave the tree count as deleted.
 */
export function settingsOf(application: PlanObject | undefined, override: number | undefined): Settings {
  const body: JsonObject = application?.body ?? {};
  const annotations = mapAt(body, "metadata", "annotations");
  const policy = mapAt(body, "spec", "syncPolicy");
  const automated = mapAt(policy, "automated");
  const hasAutomated = at(policy, "automated") !== undefined && automated["enabled"] !== false;
  const stated = minorOf(textAt(annotations, planAnnotations.kubernetes));
  return {
    ...(application ? { application } : {}),
    minor: override ?? stated ?? newestMinor,
    minorFrom: minorSource(override, stated, application),
    options: new Set(textsAt(policy, "syncOptions")),
    prune: application === undefined || (hasAutomated && automated["prune"] === true),
    automated: hasAutomated,
    namespace: textAt(body, "spec", "destination", "namespace") ?? "",
    cascades: cascades(body),
    budget: budgetOf(annotations),
  };
}

function minorSource(
  override: number | undefined,
  stated: number | undefined,
  application: PlanObject | undefined,
): string {
  if (override !== undefined) return "--kubernetes";
  if (stated !== undefined && application) return `Application/${application.name}`;
  return "the newest known, none is stated";
}

// A budget larger than the default counts only with a reason beside it.
function budgetOf(annotations: JsonObject): Settings["budget"] {
  const reason = textAt(annotations, planAnnotations.reason);
  const [data, others] = [annotations[planAnnotations.dataBearing], annotations[planAnnotations.others]].map(
    (value) => {
      const number = Number(value);
      return value !== undefined && Number.isInteger(number) && number >= 0 ? number : undefined;
    },
  );
  if (data === undefined && others === undefined) return { ...defaultBudget, from: "default" };
  const stated = { dataBearing: data ?? defaultBudget.dataBearing, others: others ?? defaultBudget.others };
  const isWider = stated.dataBearing > defaultBudget.dataBearing || stated.others > defaultBudget.others;
  if (isWider && !reason)
    return { ...defaultBudget, from: "default: the wider one that is stated has no reason" };
  return { ...stated, from: reason ? `the environment: ${reason}` : "the environment" };
}

/** Returns the minor of a version such as `1.33`, `v1.33.5` or `1.33-gke.1`; undefined for anything else. */
export function minorOf(text: string | undefined): number | undefined {
  const [, minor] = /^v?1\.(\d{1,3})(?![\d])/.exec(text ?? "") ?? [];
  return minor === undefined ? undefined : Number(minor);
}
