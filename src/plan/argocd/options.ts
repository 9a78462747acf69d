import { mapAt, textAt, type JsonObject } from "../json.ts";
import type { ApplyMode } from "../compare/apply.ts";

// Argo CD's documentation (Sync Options, Sync Phases and Waves, Resource Hooks) and gitops-engine's sync package.

/** Returns the values of a comma-separated annotation. */
function list(body: JsonObject, name: string): readonly string[] {
  const text = textAt(mapAt(body, "metadata", "annotations"), name) ?? "";
  return text
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);
}

/** Returns the sync options of one object. */
export function syncOptions(body: JsonObject): ReadonlySet<string> {
  return new Set(list(body, "argocd.argoproj.io/sync-options"));
}

/** How Argo CD writes an object, from the options of its Application and its own. */
export interface Writing {
  readonly mode: ApplyMode;
  /** Delete and create: always with Replace, on a refusal with client-side apply; server-side apply ignores it. */
  readonly force: boolean;
}

/** Returns how an object is written; the object's own annotation wins over the Application. */
export function writingOf(body: JsonObject, application: ReadonlySet<string>): Writing {
  const own = syncOptions(body);
  const isOn = (option: string): boolean =>
    own.has(`${option}=true`) || (application.has(`${option}=true`) && !own.has(`${option}=false`));
  const mode = isOn("Replace") ? "replace" : isOn("ServerSideApply") ? "server-side" : "client-side";
  return { mode, force: isOn("Force") };
}

const helmPhases: Readonly<Record<string, string>> = {
  "pre-install": "PreSync",
  "pre-upgrade": "PreSync",
  "post-install": "PostSync",
  "post-upgrade": "PostSync",
  "pre-delete": "PreDelete",
  "post-delete": "PostDelete",
  "crd-install": "",
};

/** A hook's phase and what becomes of it. */
export interface HookOptions {
  readonly phase: string;
  readonly deletePolicy: string;
}

/** Returns the phase of a hook, or undefined for an ordinary object. Helm's hooks are Argo CD's hooks, too. */
export function hookOf(body: JsonObject): HookOptions | undefined {
  const helm = list(body, "helm.sh/hook").map((name) => helmPhases[name] ?? "");
  const phases = [...list(body, "argocd.argoproj.io/hook"), ...helm].filter(Boolean);
  if (phases.length === 0) return undefined;
  const policies = [
    ...list(body, "argocd.argoproj.io/hook-delete-policy"),
    ...list(body, "helm.sh/hook-delete-policy"),
  ];
  return {
    phase: [...new Set(phases)].join(","),
    // Without a policy Argo CD takes BeforeHookCreation (gitops-engine, hook.DeletePolicies).
    deletePolicy: policies.length === 0 ? "BeforeHookCreation" : policies.join(","),
  };
}

/** Returns the sync wave of an object. */
function waveOf(body: JsonObject): number {
  const annotations = mapAt(body, "metadata", "annotations");
  const text =
    textAt(annotations, "argocd.argoproj.io/sync-wave") ?? textAt(annotations, "helm.sh/hook-weight") ?? "0";
  const wave = Number(text);
  return Number.isInteger(wave) ? wave : 0;
}

const phaseOrder = ["PreSync", "Sync", "PostSync"];

/** Returns a number that orders phases before waves: PreSync hooks run first, PostSync hooks last. */
export function syncOrder(body: JsonObject): readonly [phase: number, wave: number] {
  const phase = phaseOrder.indexOf(hookOf(body)?.phase ?? "Sync");
  return [phase < 0 ? 1 : phase, waveOf(body)];
}
