import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed, matches, selectedPods } from "./selection.ts";
import { type Workload, workloads } from "./workloads.ts";

// cert-manager gives this label to the pods that prove a host (cert-manager, HTTP01).
const solver = "acme.cert-manager.io/http01-solver";

/**
 * What selects pods selects something, and exactly what it means to: a workload its own pods and nobody else's; a Service
 * the pods of one workload, or of all the StatefulSets that it governs; a disruption budget one workload; a network
 * policy all pods of one application, or of the namespace; a ServiceMonitor one Service.
 */
export const selectors: Rule = {
  id: "selectors",
  reason: "what selects nothing does nothing, and what selects too much sends requests to the wrong pods",
  source: "Kubernetes, Labels and Selectors; Service; Disruptions; Prometheus Operator, ServiceMonitor",
  values: ["postgresql.enabled", "redis.enabled", "monitoring"],
  *check(manifests) {
    const all = workloads(manifests);
    for (const workload of all) yield* own(all, workload);
    for (const manifest of ofKind(manifests, "Service")) yield* service(manifests, manifest);
    yield* budgets(manifests);
    for (const manifest of ofKind(manifests, "NetworkPolicy")) yield* policy(manifests, manifest);
    yield* monitors(manifests);
  },
};

function* own(all: readonly Workload[], { manifest, labels, pod, path }: Workload): Iterable<Finding> {
  const selector = at(manifest.body, "spec", "selector");
  if (selector !== undefined && ["Deployment", "StatefulSet", "DaemonSet"].includes(manifest.kind)) {
    const selected = all.filter((other) => matches(selector, other.labels)).map(nameOf);
    if (selected.length !== 1 || selected[0] !== manifest.name)
      yield {
        manifest,
        path: "spec.selector",
        message: `selects the pods of ${listed(selected)}; it has to select those of ${manifest.name} alone`,
      };
  }
  for (const { item: spread, path: place } of items(
    pod["topologySpreadConstraints"],
    `${path}.topologySpreadConstraints`,
  )) {
    if (!matches(spread["labelSelector"], labels))
      yield {
        manifest,
        path: `${place}.labelSelector`,
        message: "does not count the pod itself, so it spreads nothing",
      };
  }
  for (const kind of ["podAffinity", "podAntiAffinity"]) {
    const terms = at(pod, "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution");
    for (const { item: term, path: place } of items(terms, `${path}.affinity.${kind}.required`)) {
      if (!all.some((other) => matches(term["labelSelector"], other.labels)))
        yield {
          manifest,
          path: `${place}.labelSelector`,
          message: "selects no pod, so the pod is never placed",
        };
    }
  }
}

function* service(manifests: readonly Manifest[], manifest: Manifest): Iterable<Finding> {
  const selector = asObject(at(manifest.body, "spec", "selector"));
  if (Object.keys(selector).length === 0) {
    // Without a selector a Service is a name for a host elsewhere, or for endpoints that somebody writes.
    if (at(manifest.body, "spec", "type") !== "ExternalName")
      yield { manifest, path: "spec.selector", message: "is empty: nobody makes its endpoints" };
    return;
  }
  const selected = selectedPods(manifests, selector).map(nameOf);
  const governed = ofKind(manifests, "StatefulSet")
    .filter(({ body }) => at(body, "spec", "serviceName") === manifest.name)
    .map(({ name }) => name);
  const meant = governed.length === 0 ? selected.length === 1 : listed(selected) === listed(governed);
  if (!meant)
    yield {
      manifest,
      path: "spec.selector",
      message: `selects the pods of ${listed(selected)}; ${governed.length === 0 ? "one workload fits" : `the StatefulSets that it governs are ${listed(governed)}`}`,
    };
}

function* budgets(manifests: readonly Manifest[]): Iterable<Finding> {
  const owners = new Map<string, string>();
  for (const manifest of ofKind(manifests, "PodDisruptionBudget")) {
    const selector = at(manifest.body, "spec", "selector");
    const selected = workloads(manifests)
      .filter(({ labels }) => matches(selector, labels))
      .map(nameOf);
    const [only] = selected;
    const other = only === undefined ? undefined : owners.get(only);
    if (selected.length !== 1 || other !== undefined)
      yield {
        manifest,
        path: "spec.selector",
        message:
          other === undefined
            ? `selects the pods of ${listed(selected)}; a budget fits one workload`
            : `selects the pods of ${listed(selected)}, as ${other} does; an eviction with two budgets fails`,
      };
    if (only !== undefined) owners.set(only, manifest.name);
  }
}

function* policy(manifests: readonly Manifest[], manifest: Manifest): Iterable<Finding> {
  const selector = asObject(at(manifest.body, "spec", "podSelector"));
  const wanted = asObject(selector["matchLabels"]);
  if (Object.keys(selector).length === 0) return;
  const solving = ofKind(manifests, "Issuer").some(({ body }) => at(body, "spec", "acme") !== undefined);
  if (!(solving && wanted[solver] === "true")) {
    const selected = workloads(manifests).filter(({ labels }) => matches(selector, labels));
    const applications = new Set(selected.map(({ labels }) => text(labels["app"])));
    const left = workloads(manifests).filter(
      (workload) => applications.has(text(workload.labels["app"])) && !selected.includes(workload),
    );
    if (applications.size !== 1 || left.length > 0)
      yield {
        manifest,
        path: "spec.podSelector",
        message: `selects the pods of ${listed(selected.map(nameOf))}${left.length > 0 ? ` and leaves out ${listed(left.map(nameOf))}` : ""}; all pods of one application fit`,
      };
  }
  for (const [way, peers] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    for (const { item: rule, path } of items(at(manifest.body, "spec", way), `spec.${way}`)) {
      for (const { item: peer, path: place } of items(rule[peers], `${path}.${peers}`)) {
        const near = peer["podSelector"] !== undefined && peer["namespaceSelector"] === undefined;
        if (near && !workloads(manifests).some(({ labels }) => matches(peer["podSelector"], labels)))
          yield { manifest, path: `${place}.podSelector`, message: "selects no pod of the namespace" };
      }
    }
  }
}

function* monitors(manifests: readonly Manifest[]): Iterable<Finding> {
  const seen = ofKind(manifests, "ServiceMonitor", "PrometheusRule");
  const releases = new Set(seen.map(({ body }) => text(at(body, "metadata", "labels", "release"))));
  for (const manifest of seen) {
    const release = text(at(manifest.body, "metadata", "labels", "release"));
    if (release === "" || (releases.size > 1 && manifest.kind === "ServiceMonitor"))
      yield {
        manifest,
        path: "metadata.labels.release",
        message: `is ${release || "not set"}; Prometheus reads the release ${listed([...releases].filter(Boolean))}`,
      };
  }
  for (const manifest of ofKind(manifests, "ServiceMonitor")) {
    const selector = at(manifest.body, "spec", "selector");
    const selected = ofKind(manifests, "Service").filter(({ body }) =>
      matches(selector, asObject(at(body, "metadata", "labels"))),
    );
    if (selected.length !== 1)
      yield {
        manifest,
        path: "spec.selector",
        message: `selects the Services ${listed(selected.map(({ name }) => name))}; with more than one, pods are scraped twice`,
      };
  }
}

function nameOf({ manifest }: Workload): string {
  return manifest.name;
}
