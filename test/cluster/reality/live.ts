import { applied, referenceTo, type Client } from "../api/client.ts";
import type { KubernetesObject } from "../api/object.ts";
import { namespace } from "../environment.ts";
import { podState, type Change, type PodState } from "./observation.ts";
import type { Rest } from "./rest.ts";

/** A cluster that trees are applied to, and how one knows that it has come to rest. */
export interface Live {
  readonly admin: Client;
  readonly rest: Rest;
}

/** The field manager of Argo CD's server-side apply. */
const manager = "argocd-controller";

/**
 * Brings one object from one tree to the next as Argo CD does with server-side apply and pruning, waits until every
 * controller is done, and tells what was there before and after. Files that did not change are not sent again: that a
 * second apply of them changes nothing is a proof of its own.
 */
export async function change(
  { admin, rest }: Live,
  base: KubernetesObject | undefined,
  head: KubernetesObject | undefined,
): Promise<Change> {
  const object = head ?? base;
  if (object === undefined) throw new Error("neither side has an object");
  const reference = referenceTo(object);
  const before = await admin.get(reference);
  const podsBefore = await pods(admin);
  const refusal = head === undefined ? await prune(admin, before) : await write(admin, head, before);
  await rest();
  const [after, podsAfter] = [await admin.get(reference), await pods(admin)];
  return { before, after, refusal, podsBefore, podsAfter };
}

/** Applies a tree in its order and waits until it has settled. */
export async function applyTree({ admin, rest }: Live, objects: readonly KubernetesObject[]): Promise<void> {
  for (const object of objects) await applied(admin, object, manager);
  await rest();
}

async function prune(admin: Client, live: KubernetesObject | undefined): Promise<undefined> {
  if (live === undefined || hasOption(live, "Prune=false") || isHook(live)) return;
  await remove(admin, live);
}

async function write(
  admin: Client,
  head: KubernetesObject,
  live: KubernetesObject | undefined,
): Promise<string | undefined> {
  const isReplaced = hasOption(head, "Replace=true") && hasOption(head, "Force=true");
  if (live !== undefined && (isReplaced || isHook(head))) await remove(admin, live);
  return (await admin.apply(head, manager)).refusal;
}

async function remove(admin: Client, live: KubernetesObject): Promise<void> {
  const { uid } = live.metadata;
  await admin.delete(referenceTo(live), "Foreground");
  await admin.until(referenceTo(live), (found) => found?.metadata.uid !== uid);
}

function hasOption({ metadata }: KubernetesObject, option: string): boolean {
  return (metadata.annotations?.["argocd.argoproj.io/sync-options"] ?? "").split(",").includes(option);
}

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.["argocd.argoproj.io/hook"] !== undefined;
}

async function pods(admin: Client): Promise<readonly PodState[]> {
  const replicaSets = await admin.list("apps/v1", "ReplicaSet", namespace);
  const found = await admin.list("v1", "Pod", namespace);
  return found
    .map((pod) => podState(pod, replicaSets))
    .filter(({ workload }) => !workload.startsWith("Job/"));
}
