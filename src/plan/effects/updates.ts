import { isDeepStrictEqual } from "node:util";
import { hookOf, writingOf } from "../argocd/options.ts";
import { formatPath, type Path } from "../json.ts";
import { withheld } from "../read/secrets.ts";
import type { Change, Effect, Verb } from "../report/model.ts";
import { liveCause } from "./causes.ts";
import type { Context } from "./context.ts";
import { changeOf, effectOf, worst, type Draft } from "./draft.ts";
import { refusals, type Refusal } from "./refusals/index.ts";
import { changedFingerprints } from "./refusals/others.ts";
import { keptByService } from "./refusals/services.ts";
import { growth } from "./refusals/storage.ts";
import { invalidities } from "./refusals/validity.ts";
import { weight } from "./rollout-parts.ts";
import { rollout } from "./rollouts.ts";
import { hookDraft, recreated, rolloutDraft } from "./drafts.ts";
import { changes, predict, type Update } from "./update.ts";
import type { PlanObject } from "../read/objects.ts";
import { canonical, isBuiltIn } from "../compare/canonical.ts";
import { differences } from "../compare/differences.ts";
import { redactObject } from "../redact.ts";

const permitFirst = ["permit it in the AppProject, in a pull request of its own"] as const;

/** Returns what happens to an object that both sides have, or undefined where the cluster does not change. */
export function updateEffect(context: Context, base: PlanObject, head: PlanObject): Effect | undefined {
  const settings = context.settingsFor(head);
  const { mode, force } = writingOf(head.body, settings.options);
  const update = predict(base, head, { minor: settings.minor, mode });
  const secret = changedFingerprints({ base, head }).map((key): Change => ({
    path: formatPath(["data", key]),
    before: withheld,
    after: withheld,
    verb: "live",
  }));
  // What is applied a second time changes nothing, whatever stands in it: a null, for one, has become its default.
  if (secret.length === 0 && isDeepStrictEqual(base.body, head.body)) return undefined;
  const kept = head.group === "" && head.kind === "Service" ? keptByService(update) : [];
  if (update.differences.length + secret.length + kept.length === 0) return silentEffect(context, update);
  const { draft, refused } = judge(context, update, force);
  const withKept =
    kept.length === 0
      ? draft
      : {
          ...draft,
          cause: `${draft.cause}; ${kept.join(", ")} leaves the tree, but the server keeps the old value`,
        };
  const ordered = update.differences.toSorted((a, b) => weight(a.path) - weight(b.path));
  const found = ordered.map((difference) => ({
    change: changeOf(difference, changeVerb(update, difference, draft, refused)),
    place: difference.path,
  }));
  // The server keeps what left the tree, so that the same path is no change of its own.
  const silent = kept.map((path): Change => ({ path, before: "(as it is)", verb: "no-effect-yet" }));
  const visible = found.filter(({ change }) => !kept.includes(change.path));
  const isSilent = visible.length + secret.length === 0;
  return effectOf(context.environment, head, "head", {
    ...withKept,
    ...(isSilent
      ? {
          verb: "no-effect-yet",
          cause: `${kept.join(", ")} leaves the tree, but the server keeps the old value`,
        }
      : {}),
    changes: [...visible.map(({ change }) => change), ...secret, ...silent],
    places: [
      ...visible.map(({ place }) => place),
      ...secret.map((): Path => []),
      ...silent.map((): Path => ["spec"]),
    ],
  });
}

// The manifest differs in meaning and the stored object will not: the server keeps what only it still knows, such as the
// deprecated serviceAccount beside a serviceAccountName that leaves the tree.
function silentEffect({ environment }: Context, { base, head, minor }: Update): Effect | undefined {
  const [before, after] = [base, head].map(({ body }) => canonical(redactObject(body), head, minor));
  const found = differences(before ?? {}, after ?? {}, isBuiltIn(head.group)).filter(
    ({ spelling }) => !spelling,
  );
  if (found.length === 0 || found.some(({ before: old }) => old === undefined)) return undefined;
  return effectOf(environment, head, "head", {
    verb: "no-effect-yet",
    cause: "it leaves the tree, but the server keeps what it has",
    changes: found.map((difference) => changeOf(difference, "no-effect-yet")),
    places: found.map(({ path }) => path),
  });
}

// Each change has a verb of its own: of a Deployment whose image and label change, the image rolls and the label is live.
function changeVerb(
  update: Update,
  { path }: Update["differences"][number],
  draft: Draft,
  refused: readonly Path[],
): Verb {
  if (draft.verb === "refused") {
    const isRefused = refused.some((frozen) =>
      frozen.every((part, index) => path[index] === undefined || path[index] === part),
    );
    return isRefused ? "refused" : "live";
  }
  if (draft.verb === "recreated") return "recreated";
  if (path[0] === "metadata") return "live";
  if (draft.verb === "rolls" || draft.verb === "no-effect-yet") {
    const isTemplate = path[0] === "spec" && path[1] === "template";
    const isStrategy = path[1] === "updateStrategy" && !changes(update, "spec", "template");
    return isTemplate || isStrategy ? draft.verb : "live";
  }
  return draft.verb;
}

interface Judgement {
  readonly draft: Draft;
  /** Paths that the server refuses; a path of none stands for the whole object. */
  readonly refused: readonly Path[];
}

function accepted(draft: Draft): Judgement {
  return { draft, refused: [] };
}

function judge(context: Context, update: Update, force: boolean): Judgement {
  const { head, mode } = update;
  const hook = hookOf(head.body);
  if (hook) return accepted(hookDraft(hook.phase, hook.deletePolicy));
  const project = context.projectRefuses(head);
  if (project !== undefined)
    return { draft: { verb: "refused", cause: project, wayOut: permitFirst }, refused: [[]] };
  // kubectl replace --force deletes and creates each time; definitions and namespaces are exempt (gitops-engine).
  const isExempt = head.kind === "CustomResourceDefinition" || head.kind === "Namespace";
  if (mode === "replace" && force && !isExempt) {
    return accepted(
      recreated(context, update, "Replace=true,Force=true: Argo CD deletes and creates it at every sync", []),
    );
  }
  const classes = (name: string): PlanObject["body"] | undefined =>
    context.head.get(`storage.k8s.io/StorageClass//${name}`)?.body;
  const grows =
    head.group === "" && head.kind === "PersistentVolumeClaim" ? growth(update, classes) : { depends: [] };
  const found = [...refusals(update), ...(grows.refusal ? [grows.refusal] : [])];
  if (found.length > 0) {
    return {
      draft: refusedOrRecreated(context, update, force, found),
      refused: found.map(({ path }) => path),
    };
  }
  const rolled = rollout(update, context.head);
  if (rolled) return accepted(rolloutDraft(update, rolled));
  const { cause, depends } = liveCause(head);
  const isMetadata =
    update.differences.length > 0 && update.differences.every(({ path }) => path[0] === "metadata");
  return accepted({
    verb: "live",
    cause: isMetadata && head.kind !== "Namespace" ? "only its metadata changes" : cause,
    depends: [...(isMetadata ? [] : depends), ...grows.depends],
  });
}

function refusedOrRecreated(
  context: Context,
  update: Update,
  force: boolean,
  found: readonly Refusal[],
): Draft {
  const { head, mode } = update;
  const isRoleRef =
    head.group === "rbac.authorization.k8s.io" &&
    head.version === "v1" &&
    found.every(({ path }) => path[0] === "roleRef");
  if (isRoleRef) {
    return recreated(
      context,
      update,
      "roleRef is immutable: Argo CD's auth reconcile deletes and creates the binding, its accounts have no rights for a moment",
      found,
    );
  }
  // kubectl apply --force deletes and creates what is refused; server-side apply never looks at it.
  if (mode === "client-side" && force) {
    return recreated(
      context,
      update,
      `${formatPath(found[0]?.path ?? [])} is refused, and Force=true deletes and creates instead`,
      found,
    );
  }
  const messages = found.map(({ path, message }) => `${formatPath(path)}: ${message}`);
  return {
    verb: "refused",
    cause: `the API server refuses ${messages.join("; ")}`,
    // It is certain when one of the reasons is.
    depends: found.some(({ depends }) => (depends ?? []).length === 0)
      ? []
      : found.flatMap(({ depends }) => depends ?? []),
    wayOut: found[0]?.wayOut ?? [],
  };
}

/** Returns what happens to an object that only the head has. */
export function createEffect(context: Context, head: PlanObject): Effect {
  const { environment } = context;
  const settings = context.settingsFor(head);
  const project = context.projectRefuses(head);
  if (project !== undefined) {
    return effectOf(environment, head, "head", { verb: "refused", cause: project, wayOut: permitFirst });
  }
  const found = invalidities(head, canonical(head.body, head, settings.minor), settings.minor);
  if (found.length > 0) {
    const messages = found.map(({ path, message }) => `${formatPath(path)}: ${message}`);
    return effectOf(environment, head, "head", {
      verb: "refused",
      cause: `the API server refuses ${messages.join("; ")}`,
      wayOut: found[0]?.wayOut ?? [],
      places: found.slice(0, 1).map(({ path }) => path),
    });
  }
  const hook = hookOf(head.body);
  const depends = head.name.endsWith("*") ? ["its name is generated by the server"] : [];
  const cause = hook ? `${hook.phase} hook: runs in this sync` : "new in the tree";
  return effectOf(environment, head, "head", { verb: worst(["created"]), cause, depends });
}
