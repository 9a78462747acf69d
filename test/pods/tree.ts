import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { IService } from "kubernetes-models/v1/Service";
import { parse } from "yaml";

/** The parts of a rendered tree that a node and its services need. */
export interface Tree {
  readonly statefulSets: readonly IStatefulSet[];
  readonly deployments: readonly IDeployment[];
  readonly cronJobs: readonly ICronJob[];
  readonly services: readonly IService[];
  readonly claims: readonly IPersistentVolumeClaim[];
  /** Data of the ConfigMaps, by name. */
  readonly configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

type Rendered = IStatefulSet | IDeployment | ICronJob | IService | IConfigMap | IPersistentVolumeClaim;

/** Reads every YAML file below a folder. Kinds that no pod needs to run are passed over. */
export function readTree(folder: string): Tree {
  const statefulSets: IStatefulSet[] = [];
  const deployments: IDeployment[] = [];
  const cronJobs: ICronJob[] = [];
  const services: IService[] = [];
  const claims: IPersistentVolumeClaim[] = [];
  const configMaps = new Map<string, Readonly<Record<string, string>>>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    if (!name.endsWith(".yaml")) continue;
    const object: Rendered = parse(readFileSync(join(folder, name), "utf8"));
    if (object.kind === "StatefulSet") statefulSets.push(object);
    if (object.kind === "Deployment") deployments.push(object);
    if (object.kind === "CronJob") cronJobs.push(object);
    if (object.kind === "PersistentVolumeClaim") claims.push(object);
    if (object.kind === "Service") services.push(object);
    if (object.kind === "ConfigMap") configMaps.set(object.metadata?.name ?? "", object.data ?? {});
  }
  return { statefulSets, deployments, cronJobs, services, claims, configMaps };
}

/** Returns the pods of a StatefulSet as its controller makes them: name, labels, and claims in the place of templates. */
export function podsOf(set: IStatefulSet): readonly IPod[] {
  const { template, volumeClaimTemplates = [], replicas = 1 } = set.spec ?? {};
  return Array.from({ length: replicas }, (_, ordinal) => {
    const name = `${set.metadata?.name}-${ordinal}`;
    const claims = volumeClaimTemplates.map(({ metadata }) => ({
      name: metadata?.name ?? "",
      persistentVolumeClaim: { claimName: `${metadata?.name}-${name}` },
    }));
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        labels: { ...template?.metadata?.labels, "statefulset.kubernetes.io/pod-name": name },
      },
      spec: {
        containers: [],
        ...template?.spec,
        volumes: [...(template?.spec?.volumes ?? []), ...claims],
      },
    };
  });
}

/** Returns every pod that the controllers of a tree would make; of a CronJob the one of its next run. */
export function allPods(tree: Tree): readonly IPod[] {
  return [
    ...tree.statefulSets.flatMap(podsOf),
    ...tree.deployments.flatMap(podsOfDeployment),
    ...tree.cronJobs.map(podOfCronJob),
  ];
}

/** Returns the pod of a CronJob's next run, under the CronJob's name. */
function podOfCronJob({ metadata, spec }: ICronJob): IPod {
  const template = spec?.jobTemplate.spec?.template;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: metadata?.name ?? "", labels: { ...template?.metadata?.labels } },
    spec: { containers: [], ...template?.spec },
  };
}

/** Returns the pods of a Deployment; numbers stand for the random ends of their names. */
function podsOfDeployment(deployment: IDeployment): readonly IPod[] {
  const { template, replicas = 1 } = deployment.spec ?? {};
  return Array.from({ length: replicas }, (_, index) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${deployment.metadata?.name}-${index}`, labels: { ...template?.metadata?.labels } },
    spec: { containers: [], ...template?.spec },
  }));
}
