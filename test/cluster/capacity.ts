import { applied, firstWhere, referenceTo, type Client } from "./api/client.ts";
import { at, conditionOf, toObject, type KubernetesObject } from "./api/object.ts";
import { startControlPlane } from "./control-plane.ts";
import { startControllers } from "./controllers.ts";
import { installCrds, platformCrds } from "./crds.ts";
import { brokenDigest, startNodes, type Nodes } from "./nodes.ts";
import { requestedLabels } from "./node-labels.ts";
import { startProcesses } from "./processes/processes.ts";
import { provideClasses } from "./storage.ts";

/** What became of the largest state that an environment may reach. */
export interface Capacity {
  /** Pods that were expected: all replicas at their maximum, one surge pod per Deployment, one pod per Job. */
  readonly expected: number;
  /** Pods that were admitted and given a node. */
  readonly scheduled: number;
  /** The server's reasons where a pod was refused. */
  readonly refused: readonly string[];
}

/**
 * Brings an environment to its largest permitted state at once: each Deployment at its autoscaler's maximum and in
 * the middle of a rollout whose new pod is not ready yet, each Job and each CronJob's Job running and not ending.
 */
export async function fill(objects: readonly KubernetesObject[], nodes: Nodes): Promise<Capacity> {
  const processes = await startProcesses();
  try {
    const controlPlane = await startControlPlane(processes);
    const { admin } = controlPlane;
    await startControllers(controlPlane);
    await startNodes(controlPlane, { ...nodes, labels: requestedLabels(objects) }, { jobsEnd: false });
    await provideClasses(admin, objects);
    await installCrds(admin, platformCrds);
    for (const object of objects.map((found) => atMaximum(found, objects))) {
      await applied(admin, object);
      if (object.kind === "ResourceQuota")
        await admin.until(referenceTo(object), (quota) => at(quota, "status", "used") !== undefined);
    }
    for (const cronJob of objects.filter(({ kind }) => kind === "CronJob"))
      await applied(admin, jobOf(cronJob));
    const deployments = objects
      .filter(({ kind }) => kind === "Deployment")
      .map((found) => atMaximum(found, objects));
    for (const deployment of deployments) {
      await settled(admin, deployment);
      await applied(admin, rollingOut(deployment));
    }
    return await outcome(admin, objects);
  } finally {
    await processes.stop();
  }
}

async function outcome(admin: Client, objects: readonly KubernetesObject[]): Promise<Capacity> {
  const expected = objects.reduce((sum, object) => sum + podsAtMost(object, objects), 0);
  let scheduled = 0;
  let refused: readonly string[] = [];
  await firstWhere(`${expected} pods with a node`, admin.follow("v1", "Pod"), async (pods) => {
    scheduled = pods.filter((pod) => conditionOf(pod, "PodScheduled") === "True").length;
    refused = await refusals(admin);
    return scheduled >= expected || refused.length > 0;
  });
  return { expected, scheduled, refused };
}

/** Waits until a Deployment has all its pods, or until one was refused. */
async function settled(admin: Client, deployment: KubernetesObject): Promise<void> {
  await admin.until(
    referenceTo(deployment),
    (found) =>
      conditionOf(found, "ReplicaFailure") === "True" ||
      at(found, "status", "readyReplicas") === at(deployment, "spec", "replicas"),
  );
}

async function refusals(admin: Client): Promise<readonly string[]> {
  const events = await admin.list("v1", "Event");
  return (
    events
      .filter((event) => ["FailedCreate", "FailedScheduling"].includes(String(at(event, "reason"))))
      // A claim that is not there or not bound yet is a matter of moments.
      .filter((event) => !/persistentvolumeclaim/iu.test(String(at(event, "message"))))
      .map((event) => `${String(at(event, "involvedObject", "name"))}: ${String(at(event, "message"))}`)
  );
}

/** How many pods a workload may have at once; 0 for everything else. */
export function podsAtMost(object: KubernetesObject, objects: readonly KubernetesObject[]): number {
  if (object.kind === "Deployment") return maximum(object, objects) + surge;
  if (object.kind === "StatefulSet") return Number(at(object, "spec", "replicas") ?? 1);
  return object.kind === "Job" || object.kind === "CronJob" ? 1 : 0;
}

/** Pods that a rollout adds while the old ones serve: every Deployment here states maxSurge 1. */
const surge = 1;

function maximum(deployment: KubernetesObject, objects: readonly KubernetesObject[]): number {
  const targets = (object: KubernetesObject): boolean =>
    at(object, "spec", "scaleTargetRef", "name") === deployment.metadata.name;
  const scaler = objects.find(targets);
  const most = at(scaler, "spec", "maxReplicas") ?? at(scaler, "spec", "maxReplicaCount");
  return Number(most ?? at(deployment, "spec", "replicas") ?? 1);
}

function atMaximum(object: KubernetesObject, objects: readonly KubernetesObject[]): KubernetesObject {
  if (object.kind !== "Deployment") return object;
  return { ...object, spec: { ...Object(at(object, "spec")), replicas: maximum(object, objects) } };
}

/** The next release of a Deployment, whose pods do not become ready. */
function rollingOut(deployment: KubernetesObject): KubernetesObject {
  return toObject(
    JSON.parse(JSON.stringify(deployment).replaceAll(/@sha256:[0-9a-f]{64}/gu, `@${brokenDigest}`)),
  );
}

function jobOf(cronJob: KubernetesObject): KubernetesObject {
  const { name, namespace } = cronJob.metadata;
  const template = at(cronJob, "spec", "jobTemplate", "spec");
  return toObject({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${name}-now`, namespace },
    spec: template,
  });
}
