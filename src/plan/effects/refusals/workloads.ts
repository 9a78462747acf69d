import { at, isObject, numberAt, textAt } from "../../json.ts";
import { below, changes, type Update } from "../update.ts";
import { immutable, onlyMutable, recreate, type Refusal, type UpdateRule } from "./rule.ts";

// Sources: Kubernetes pkg/apis/apps/validation and pkg/apis/batch/validation, 1.25 to 1.37.

const renamed = [
  "give the workload a new name, let both run side by side, move the Service's selector, remove the old one",
  "or, where an outage is acceptable: delete the object in the cluster and sync",
] as const;

const orphaned = [
  "delete the StatefulSet but not its pods and claims: kubectl delete statefulset NAME --cascade=orphan",
  "sync: the new StatefulSet adopts the pods and claims that fit its selector",
] as const;

// The fields that each minor accepts (ValidateStatefulSetUpdate), in the order and words of its message; from 1.37 on
// the rule is the other way round, four fields are immutable.
function mutableStatefulSetFields(minor: number): readonly string[] {
  return [
    "replicas",
    ...(minor >= 26 ? ["ordinals"] : []),
    "template",
    "updateStrategy",
    ...(minor >= 33 ? ["revisionHistoryLimit"] : []),
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
  ];
}

function statefulSetMessage({ minor }: Update): string {
  const names = mutableStatefulSetFields(minor).map((name) => `'${name}'`);
  const list = `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
  return minor >= 37
    ? "field is immutable"
    : `updates to statefulset spec for fields other than ${list} are forbidden`;
}

const claimTemplates: UpdateRule = (update) => {
  const [first, ...others] = below(update, "spec", "volumeClaimTemplates");
  if (!first) return [];
  const grows = [first, ...others].every(({ path }) => path.at(-1) === "storage");
  const growFirst = grows ? ["grow the existing claims first (their StorageClass must allow expansion)"] : [];
  return [{ path: first.path, message: statefulSetMessage(update), wayOut: [...growFirst, ...orphaned] }];
};

const statefulSetOld = onlyMutable(
  ({ minor }) => [...mutableStatefulSetFields(minor), "volumeClaimTemplates"],
  statefulSetMessage,
  orphaned,
);
const statefulSetNew: readonly UpdateRule[] = ["selector", "serviceName", "podManagementPolicy"].map(
  (field) => immutable(["spec", field], orphaned),
);

const statefulSet: UpdateRule = (update) => [
  ...claimTemplates(update),
  ...(update.minor >= 37 ? statefulSetNew.flatMap((rule) => rule(update)) : statefulSetOld(update)),
];

const jobWayOut = [
  "give the Job a new name (with its release): the old one is pruned, the new one runs",
  "or make it an Argo CD hook with BeforeHookCreation, if it may run at every sync",
] as const;

const jobFields = [
  "selector",
  "completionMode",
  "podFailurePolicy",
  "successPolicy",
  "backoffLimitPerIndex",
  "managedBy",
].map((field) => immutable(["spec", field], jobWayOut));

// On a suspended Job these parts of the template may change (validatePodTemplateUpdate): where its pods go, and from
// 1.36 on what they ask for.
function isMutableWhileSuspended(path: readonly (string | number)[], minor: number): boolean {
  const [, , part, field, deeper] = path;
  if (part === "metadata") return field === "labels" || field === "annotations";
  if (part !== "spec") return false;
  if (field === "nodeSelector" || field === "tolerations" || field === "schedulingGates") return true;
  if (field === "affinity") return deeper === "nodeAffinity";
  return minor >= 36 && (field === "containers" || field === "initContainers") && path[5] === "resources";
}

// The server writes its own labels (controller-uid, job-name) into the template. A template whose metadata was applied
// and is left out now loses them with it.
function dropsGeneratedLabels({ base, head, live }: Update): boolean {
  const had = isObject(at(base.body, "spec", "template", "metadata"));
  const has = isObject(at(head.body, "spec", "template", "metadata"));
  return had && !has && at(live, "spec", "manualSelector") !== true;
}

const job: UpdateRule = (update) => {
  const { live, next, minor } = update;
  const template = below(update, "spec", "template");
  const suspended = at(live, "spec", "suspend") === true;
  const frozen = template.find(({ path }) => !suspended || !isMutableWhileSuspended(path, minor));
  const ttl = numberAt(live, "spec", "ttlSecondsAfterFinished");
  const gone =
    ttl === undefined
      ? []
      : [`the finished Job may already be gone (${ttl} s after its end): then it is created`];
  const found: Refusal[] = jobFields.flatMap((rule) => rule(update));
  if (frozen) found.push({ path: frozen.path, message: "field is immutable", wayOut: jobWayOut });
  const elastic =
    textAt(next, "spec", "completionMode") === "Indexed" &&
    numberAt(next, "spec", "completions") === numberAt(next, "spec", "parallelism");
  if (changes(update, "spec", "completions") && !(elastic && minor >= 27)) {
    const isIndexed = textAt(next, "spec", "completionMode") === "Indexed" && minor >= 27;
    const message = isIndexed ? "can only be modified in tandem with spec.parallelism" : "field is immutable";
    found.push({ path: ["spec", "completions"], message, wayOut: jobWayOut });
  }
  if (dropsGeneratedLabels(update)) {
    const message = "`selector` does not match template `labels`";
    const wayOut = ["keep metadata with a label or annotation in the template", ...jobWayOut];
    found.push({ path: ["spec", "template", "metadata"], message, wayOut });
  }
  return gone.length === 0 ? found : found.map((refusal) => ({ ...refusal, depends: gone }));
};

const mutablePodFields = new Set(["activeDeadlineSeconds", "tolerations", "schedulingGates"]);

const pod: UpdateRule = (update) => {
  const frozen = below(update, "spec").find(
    ({ path }) => !mutablePodFields.has(String(path[1])) && !(path.at(-1) === "image" && path.length === 4),
  );
  const message =
    "pod updates may not change fields other than image, activeDeadlineSeconds, tolerations (additions only)";
  return frozen ? [{ path: frozen.path, message, wayOut: recreate("Pod", "it is away until the sync") }] : [];
};

/** What is refused when a workload that exists changes, by group/kind. */
export const workloadRules: Readonly<Record<string, readonly UpdateRule[]>> = {
  "apps/Deployment": [immutable(["spec", "selector"], renamed)],
  "apps/ReplicaSet": [immutable(["spec", "selector"], renamed)],
  "apps/DaemonSet": [immutable(["spec", "selector"], renamed)],
  "apps/ControllerRevision": [immutable(["data"], recreate("ControllerRevision", "its owner keeps running"))],
  "apps/StatefulSet": [statefulSet],
  "batch/Job": [job],
  "/Pod": [pod],
};
