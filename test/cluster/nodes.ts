import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { applied, referenceTo, type Client } from "./api/client.ts";
import { at, conditionOf, listAt, type KubernetesObject } from "./api/object.ts";
import { programPath, type ControlPlane } from "./control-plane.ts";
import { requestedLabels } from "./node-labels.ts";
import { freePort } from "./processes/ports.ts";
import { provideFiles } from "./tools/build.ts";
import { moduleFiles } from "./tools/catalogue.ts";

/** The image of a release that never becomes Ready: KWOK leaves its pods Pending. */
export const brokenDigest = `sha256:${"bad0".repeat(16)}`;

/** Size and place of the simulated nodes. */
export interface Nodes {
  readonly count: number;
  readonly cpu: number;
  readonly memory: string;
  readonly ephemeralStorage: string;
  /** Zones over which the nodes are spread. */
  readonly zones: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
}

/**
 * Starts KWOK, which plays the kubelets and the volume provisioner, and creates the nodes it plays. Pods of Jobs end
 * at once unless told otherwise.
 */
export async function startNodes(
  { processes, kubeconfig, admin }: ControlPlane,
  nodes: Nodes,
  { jobsEnd }: { readonly jobsEnd: boolean } = { jobsEnd: true },
): Promise<void> {
  const stages = join(processes.folder, "stages.yaml");
  await writeFile(stages, await stagesText(jobsEnd));
  await processes.start({
    name: "kwok",
    command: await programPath("kwok"),
    arguments: [
      `--kubeconfig=${kubeconfig}`,
      "--manage-all-nodes=true",
      `--config=${stages}`,
      "--cidr=10.244.0.0/16",
      `--server-address=127.0.0.1:${await freePort()}`,
    ],
  });
  const names = Array.from({ length: nodes.count }, (_, index) => `node-${index}`);
  for (const [index, name] of names.entries()) await applied(admin, nodeObject(name, index, nodes));
  for (const name of names)
    await admin.until(
      { apiVersion: "v1", kind: "Node", name },
      (node) => conditionOf(node, "Ready") === "True",
    );
}

/** Gives the nodes the labels that an environment's pods ask for, and spreads them over the zones of its volumes. */
export async function labelNodes(admin: Client, objects: readonly KubernetesObject[]): Promise<void> {
  const zones = objects
    .flatMap((object) => listAt(object, "allowedTopologies"))
    .flatMap((term) => listAt(term, "matchLabelExpressions"))
    .flatMap((expression) => listAt(expression, "values"))
    .map(String);
  for (const [index, node] of (await admin.list("v1", "Node")).entries()) {
    const zone = zones[index % zones.length];
    const labels = { ...requestedLabels(objects), ...(zone === undefined ? {} : zoneLabels(zone)) };
    await admin.patch(referenceTo(node), { metadata: { labels } });
  }
}

function zoneLabels(zone: string): Record<string, string> {
  return { "topology.kubernetes.io/zone": zone, "topology.gke.io/zone": zone };
}

function nodeObject(
  name: string,
  index: number,
  { cpu, memory, ephemeralStorage, zones, labels, taints }: Nodes,
): KubernetesObject {
  const zone = zones[index % zones.length] ?? "zone-a";
  const resources = { cpu: String(cpu), memory, pods: "110", "ephemeral-storage": ephemeralStorage };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        ...zoneLabels(zone),
        ...labels,
      },
    },
    spec: { taints },
    status: { allocatable: resources, capacity: resources },
  };
}

/** KWOK's own stages, its pods kept from Ready where the image is the broken one, and a volume provisioner. */
async function stagesText(jobsEnd: boolean): Promise<string> {
  const folder = await provideFiles(moduleFiles.kwokStages, () => undefined);
  const stages: string[] = [stringify(provisionerStage)];
  for (const name of (await readdir(folder)).toSorted()) {
    if (!name.endsWith(".yaml") || (name === "pod-complete.yaml" && !jobsEnd)) continue;
    const stage: unknown = parse(await readFile(join(folder, name), "utf8"));
    if (name === "pod-ready.yaml") addTo(at(stage, "spec", "selector", "matchExpressions"), notBroken);
    stages.push(stringify(stage));
  }
  return stages.join("---\n");
}

function addTo(list: unknown, item: unknown): void {
  if (!Array.isArray(list)) throw new Error("KWOK's stage for ready pods has no match expressions");
  list.push(item);
}

const notBroken = {
  cel: { expression: `self.spec.containers.all(container, !container.image.contains('${brokenDigest}'))` },
};

/**
 * Makes a volume for a claim as soon as the scheduler has chosen a node for its first consumer, as a CSI driver's
 * provisioner does; the binding itself is left to Kubernetes' own controller.
 */
const provisionerStage = {
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name: "claim-provision" },
  spec: {
    resourceRef: { apiGroup: "v1", kind: "PersistentVolumeClaim" },
    selector: {
      matchExpressions: [
        { key: '.metadata.annotations["volume.kubernetes.io/selected-node"]', operator: "Exists" },
        { key: ".spec.volumeName", operator: "DoesNotExist" },
      ],
    },
    steps: [
      {
        apply: {
          template: [
            "apiVersion: v1",
            "kind: PersistentVolume",
            "metadata:",
            "  name: pvc-{{ .metadata.uid }}",
            "  annotations:",
            "    pv.kubernetes.io/provisioned-by: kwok.x-k8s.io/volume",
            "spec:",
            "  accessModes:",
            "  {{ YAML .spec.accessModes 2 }}",
            "  capacity:",
            "  {{ YAML .spec.resources.requests 2 }}",
            "  persistentVolumeReclaimPolicy: Retain",
            "  storageClassName: {{ .spec.storageClassName | Quote }}",
            "  claimRef:",
            "    apiVersion: v1",
            "    kind: PersistentVolumeClaim",
            "    name: {{ .metadata.name | Quote }}",
            "    namespace: {{ .metadata.namespace | Quote }}",
            "    uid: {{ .metadata.uid | Quote }}",
            "  hostPath:",
            "    path: /volumes/{{ .metadata.uid }}",
          ].join("\n"),
        },
      },
    ],
  },
};
