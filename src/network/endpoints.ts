import { at, objects } from "../checks/read.ts";
import { asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { addressGroups } from "./addresses.ts";
import type { Policy, RulePeer } from "./policies.ts";
import { type PortRange, protocolOf } from "./ports.ts";
import { examples, type Labels, labelsIn, selects } from "./selectors.ts";
import { namespaceOf, type TreeObject } from "./tree-object.ts";

/** Pods that the policies cannot tell apart. */
export interface PodsEndpoint {
  readonly kind: "pods";
  /** `Deployment/web` for pods of the tree; else the labels that a policy asks for, or `any other pod`. */
  readonly name: string;
  readonly namespace: string;
  /** The object of the tree that makes the pods, as `Kind/name`; absent for others. */
  readonly object?: string;
  readonly labels: Labels;
  readonly namespaceLabels: Labels;
  /** What the pods' containers call their ports. */
  readonly portNames: ReadonlyMap<string, readonly PortRange[]>;
}

/** Addresses outside of the cluster that the policies cannot tell apart. */
export interface AddressesEndpoint {
  readonly kind: "addresses";
  readonly name: string;
  /** One address that stands for all of them. */
  readonly sample: bigint;
}

/** One end of a connection. */
export type Endpoint = PodsEndpoint | AddressesEndpoint;

/** Stands for every namespace that neither the tree nor a policy names. */
export const anyNamespace = "any other namespace";
const anyPod = "any other pod";
const nameLabel = "kubernetes.io/metadata.name";

const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

/** Returns the pods that the objects make. */
export function podsIn(tree: readonly TreeObject[]): readonly PodsEndpoint[] {
  const labelsOf = namespaceLabels(tree);
  return tree.flatMap((object): readonly PodsEndpoint[] => {
    // A foreign object's kind may be any text, also `toString`.
    const path = Object.hasOwn(templates, object.kind) ? templates[object.kind] : undefined;
    if (!path) return [];
    const template = at(object.body, ...path);
    const { metadata, spec } = asObject(template);
    const own = labelsIn(metadata);
    // Kubernetes documentation, Well-Known Labels: the Job controller adds the Job's name in both forms.
    const job = { "job-name": object.name, "batch.kubernetes.io/job-name": object.name };
    const namespace = namespaceOf(object);
    return [
      {
        kind: "pods",
        name: `${object.kind}/${object.kind === "Job" ? (own["app"] ?? object.name) : object.name}`,
        namespace,
        object: `${object.kind}/${object.name}`,
        labels: object.kind === "Job" ? { ...own, ...job } : own,
        namespaceLabels: labelsOf(namespace),
        portNames: portNames(asObject(spec)),
      },
    ];
  });
}

/**
 * Returns the ends of connections that the policies of these trees tell apart beside the trees' own pods: for each
 * selector that selects no pod of the trees, pods with just its labels; in each namespace, and in one that nobody
 * names, a pod that no label selects; and the groups of addresses.
 */
export function strangers(
  tree: readonly TreeObject[],
  policies: readonly Policy[],
  pods: readonly PodsEndpoint[],
): readonly Endpoint[] {
  const labelsOf = namespaceLabels(tree);
  const home = [...new Set([...policies, ...pods].map(({ namespace }) => namespace))];
  const made = new Map<string, PodsEndpoint>();
  const add = (namespace: string, namespaceLabelsOf: Labels, labels: Labels): void => {
    const name = Object.keys(labels).length === 0 ? anyPod : formatLabels(labels);
    const endpoint = { kind: "pods", name, namespace, labels } as const;
    made.set(`${namespace} ${name}`, {
      ...endpoint,
      namespaceLabels: namespaceLabelsOf,
      portNames: new Map(),
    });
  };
  const addSelected = (namespaces: readonly string[], selector: JsonObject): void => {
    for (const namespace of namespaces) {
      const isKnown = pods.some((pod) => pod.namespace === namespace && selects(selector, pod.labels));
      for (const labels of isKnown ? [] : examples(selector)) add(namespace, labelsOf(namespace), labels);
    }
  };
  add(anyNamespace, { [nameLabel]: anyNamespace }, {});
  for (const namespace of home) add(namespace, labelsOf(namespace), {});
  for (const { namespace, pods: selector } of policies) addSelected([namespace], selector);
  for (const { namespace, peer } of peersOf(policies)) {
    if (peer.kind === "block") continue;
    if (peer.namespaces === undefined) addSelected([namespace], peer.pods);
    else {
      const selector = peer.namespaces;
      addSelected(
        home.filter((name) => selects(selector, labelsOf(name))),
        peer.pods,
      );
      for (const labels of examples(selector)) {
        const name =
          labels[nameLabel] ?? (Object.keys(labels).length === 0 ? anyNamespace : formatLabels(labels));
        if (home.includes(name)) continue;
        const all = { [nameLabel]: name, ...labels };
        add(name, all, {});
        for (const podLabels of examples(peer.pods)) add(name, all, podLabels);
      }
    }
  }
  const blocks = peersOf(policies).flatMap(({ peer }) => (peer.kind === "block" ? [peer.block] : []));
  const addresses = addressGroups(blocks).map(({ name, sample }): AddressesEndpoint => ({
    kind: "addresses",
    name,
    sample,
  }));
  return [...made.values(), ...addresses];
}

function peersOf(
  policies: readonly Policy[],
): readonly { readonly namespace: string; readonly peer: RulePeer }[] {
  return policies.flatMap(({ namespace, rules }) =>
    [...(rules.ingress ?? []), ...(rules.egress ?? [])].flatMap(({ peers = [] }) =>
      peers.map((peer) => ({ namespace, peer })),
    ),
  );
}

/** The API server gives each namespace its name as a label (Kubernetes documentation, Well-Known Labels). */
function namespaceLabels(tree: readonly TreeObject[]): (namespace: string) => Labels {
  const own = new Map(
    tree
      .filter(({ kind }) => kind === "Namespace")
      .map(({ name, body }) => [name, labelsIn(body["metadata"])] as const),
  );
  return (namespace) => ({ ...own.get(namespace), [nameLabel]: namespace });
}

/** Named ports of containers; those of init containers only where they stay as sidecars. */
function portNames(pod: JsonObject): ReadonlyMap<string, readonly PortRange[]> {
  const sidecars = objects(pod["initContainers"]).filter(({ restartPolicy }) => restartPolicy === "Always");
  const ports = [...sidecars, ...objects(pod["containers"])].flatMap((container) =>
    objects(container["ports"]),
  );
  const named = ports.flatMap(({ name, containerPort, protocol }) =>
    typeof name === "string" && typeof containerPort === "number"
      ? [{ name, range: { protocol: protocolOf(protocol), first: containerPort, last: containerPort } }]
      : [],
  );
  return new Map(
    [...Map.groupBy(named, ({ name }) => name)].map(([name, found]) => [
      name,
      found.map(({ range }) => range),
    ]),
  );
}

function formatLabels(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
