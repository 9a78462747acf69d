import { isDeepStrictEqual } from "node:util";
import { at, listAt, type KubernetesObject } from "../api/object.ts";

/** What happened to one object, in the words that a plan uses; seen from outside, by nothing but the server's answers. */
export type Observed = "refused" | "deleted" | "recreated" | "rolls" | "live" | "created" | "no-effect-yet";

/** A pod, as far as it tells what a change did. */
export interface PodState {
  readonly uid: string;
  /** Name of the workload that controls it, with its kind. */
  readonly workload: string;
  /** The revision of the workload that it was made from. */
  readonly revision: string;
  /** ConfigMaps whose values are fixed when it starts: in its environment, or mounted file by file. */
  readonly fixed: readonly string[];
}

/** One object before and after a change was applied and everything had settled. */
export interface Change {
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  /** The server's message, where it refused. */
  readonly refusal: string | undefined;
  readonly podsBefore: readonly PodState[];
  readonly podsAfter: readonly PodState[];
}

/**
 * Says what happened to the object. Where it changed together with others, what its readers read is decided by the pods
 * that there are once all of them are applied.
 */
export function observe(change: Change, podsAtEnd: readonly PodState[] = change.podsAfter): Observed {
  const { before, after, refusal } = change;
  if (refusal !== undefined) return "refused";
  if (before === undefined) return "created";
  if (after === undefined) return "deleted";
  if (before.metadata.uid !== after.metadata.uid) return "recreated";
  if (isUnchanged(before, after)) return "no-effect-yet";
  if (replaced(change).includes(`${after.kind}/${after.metadata.name}`)) return "rolls";
  return isWaiting({ ...change, podsAtEnd }, before, after) ? "no-effect-yet" : "live";
}

/** Names of the workloads that got pods of another revision than they had. */
export function replaced({
  podsBefore,
  podsAfter,
}: Pick<Change, "podsBefore" | "podsAfter">): readonly string[] {
  const old = new Set(podsBefore.map(({ uid }) => uid));
  const revisions = new Set(podsBefore.map(({ workload, revision }) => `${workload} ${revision}`));
  const known = new Set(podsBefore.map(({ workload }) => workload));
  const fresh = podsAfter.filter(
    ({ uid, workload, revision }) =>
      !old.has(uid) && known.has(workload) && !revisions.has(`${workload} ${revision}`),
  );
  return [...new Set(fresh.map(({ workload }) => workload))].toSorted();
}

/** Whether the change is stored and no pod has it: its workload keeps its pods, or its readers keep what they read. */
function isWaiting(
  {
    podsBefore,
    podsAfter,
    podsAtEnd,
  }: Pick<Change, "podsBefore" | "podsAfter"> & { readonly podsAtEnd: readonly PodState[] },
  before: KubernetesObject,
  after: KubernetesObject,
): boolean {
  if (after.kind === "ConfigMap") {
    const isData = !isDeepStrictEqual(before["data"], after["data"]);
    const old = new Set(podsBefore.map(({ uid }) => uid));
    return isData && podsAtEnd.some(({ uid, fixed }) => old.has(uid) && fixed.includes(after.metadata.name));
  }
  const own = podsAfter.filter(({ workload }) => workload === `${after.kind}/${after.metadata.name}`);
  return own.length > 0 && !isDeepStrictEqual(templateOf(before), templateOf(after));
}

function templateOf(object: KubernetesObject): unknown {
  return at(object, "spec", "template");
}

/** Whether the server stored nothing new. Who owns which field is no content. */
function isUnchanged(before: KubernetesObject, after: KubernetesObject): boolean {
  if (before.metadata.resourceVersion === after.metadata.resourceVersion) return true;
  if (before.metadata.generation !== after.metadata.generation) return false;
  return isDeepStrictEqual(content(before), content(after));
}

function content({ status: _status, metadata, ...rest }: KubernetesObject): unknown {
  const { resourceVersion: _version, managedFields: _fields, annotations = {}, ...kept } = metadata;
  // The controller of Deployments counts revisions there.
  const { "deployment.kubernetes.io/revision": _revision, ...own } = annotations;
  return { ...rest, metadata: { ...kept, annotations: own } };
}

/** A pod's state from its object and the ReplicaSets that stand between it and a Deployment. */
export function podState(pod: KubernetesObject, replicaSets: readonly KubernetesObject[]): PodState {
  const owner = ownerOf(pod);
  const between = replicaSets.find(({ metadata }) => `ReplicaSet/${metadata.name}` === owner);
  const labels = pod.metadata.labels ?? {};
  return {
    uid: String(pod.metadata.uid),
    workload: between === undefined ? owner : ownerOf(between),
    revision: labels["pod-template-hash"] ?? labels["controller-revision-hash"] ?? "",
    fixed: fixedConfigMaps(pod),
  };
}

function ownerOf(object: KubernetesObject): string {
  const owner = listAt(object, "metadata", "ownerReferences").find(
    (reference) => at(reference, "controller") === true,
  );
  return owner === undefined ? "" : `${String(at(owner, "kind"))}/${String(at(owner, "name"))}`;
}

function fixedConfigMaps(pod: KubernetesObject): readonly string[] {
  const containers = [...listAt(pod, "spec", "containers"), ...listAt(pod, "spec", "initContainers")];
  const environment = containers.flatMap((container) => [
    ...listAt(container, "envFrom").map((source) => at(source, "configMapRef", "name")),
    ...listAt(container, "env").map((entry) => at(entry, "valueFrom", "configMapKeyRef", "name")),
  ]);
  const single = containers
    .flatMap((container) => listAt(container, "volumeMounts"))
    .filter((mount) => at(mount, "subPath") !== undefined)
    .map((mount) => at(mount, "name"));
  const mounted = listAt(pod, "spec", "volumes")
    .filter((volume) => single.includes(at(volume, "name")))
    .map((volume) => at(volume, "configMap", "name"));
  return [...environment, ...mounted].filter((name) => typeof name === "string");
}
