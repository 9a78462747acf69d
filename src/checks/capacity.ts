import { asArray, asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { parseQuantity } from "../kubernetes/quantity.ts";
import { at, number, objects, ofKind, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { surgeOf, workloads } from "./workloads.ts";

/** Amounts by the quota's own resource names, in thousandths. */
type Sum = ReadonlyMap<string, number>;

interface Row {
  readonly what: string;
  readonly amounts: Sum;
}

/** The quota admits the largest permitted state of everything in the tree, and shows where it does not. */
export const capacity: Rule = {
  id: "capacity",
  reason:
    "a pod that the quota refuses is missing when the load is highest, and a rollout waits for it for ever",
  source: "Kubernetes, Resource Quotas; Sidecar containers, Resource sharing within containers",
  values: ["app.autoscaling.maxReplicas", "app.replicaCount", "app.resources", "quota"],
  *check(manifests) {
    const rows = largestState(manifests);
    const ending = terminatingPods(manifests);
    for (const manifest of ofKind(manifests, "ResourceQuota")) {
      const delayed: string[] = [];
      for (const [resource, allowed] of Object.entries(asObject(at(manifest.body, "spec", "hard")))) {
        const hard = parseQuantity(text(allowed));
        const needed = total(rows, resource);
        const most = needed + total(ending, resource);
        if (needed > hard)
          yield {
            manifest,
            path: `spec.hard["${resource}"]`,
            message: `is ${text(allowed)}, but the largest permitted state needs ${shown(resource, needed)}:\n${table(rows, resource)}`,
          };
        else if (most > hard) delayed.push(`${resource} ${shown(resource, most)} of ${text(allowed)}`);
      }
      if (delayed.length > 0)
        yield { manifest, path: "spec.hard", severity: "warning", message: delay(delayed, manifests) };
    }
  },
};

function delay(resources: readonly string[], manifests: readonly Manifest[]): string {
  const graces = ofKind(manifests, "Deployment").map(
    ({ body }) => number(at(body, "spec", "template", "spec", "terminationGracePeriodSeconds")) ?? 30,
  );
  return (
    `admits the largest permitted state, but while as many pods still end, new ones wait, for up to ${Math.max(0, ...graces)} s: ` +
    resources.join(", ")
  );
}

function largestState(manifests: readonly Manifest[]): readonly Row[] {
  const defaults = containerDefaults(manifests);
  return [
    ...workloads(manifests).map((workload) => {
      const count = workload.largest + surgeOf(workload);
      return {
        what: `${count} × ${workload.manifest.name}`,
        amounts: times(podAmounts(workload.pod, defaults), count),
      };
    }),
    ...claimRows(manifests),
    ...solverRows(manifests, defaults),
    ...countRows(manifests),
  ];
}

/** As many pods as run may still be ending; those of a StatefulSet end before their successors start. */
function terminatingPods(manifests: readonly Manifest[]): readonly Row[] {
  const defaults = containerDefaults(manifests);
  return workloads(manifests)
    .filter(({ manifest: { kind } }) => kind === "Deployment")
    .map(({ manifest, pod, largest }) => ({
      what: `${largest} × ${manifest.name}, ending`,
      amounts: times(podAmounts(pod, defaults), largest),
    }));
}

/** The larger of what runs together and what each init container needs beside the sidecars before it. */
function podAmounts(pod: JsonObject, defaults: JsonObject): Sum {
  const amounts = new Map([["pods", 1000]]);
  for (const part of ["requests", "limits"] as const) {
    for (const name of ["cpu", "memory", "ephemeral-storage"] as const) {
      const of = (container: JsonObject): number => amountOf(container, defaults, part, name);
      let sidecars = 0;
      let peak = 0;
      for (const container of objects(pod["initContainers"])) {
        const sidecar = container["restartPolicy"] === "Always";
        peak = Math.max(peak, sidecars + of(container));
        if (sidecar) sidecars += of(container);
      }
      const running = objects(pod["containers"]).reduce((sum, container) => sum + of(container), sidecars);
      amounts.set(`${part}.${name}`, Math.max(peak, running));
    }
  }
  return amounts;
}

function amountOf(
  container: JsonObject,
  defaults: JsonObject,
  ...[part, name]: readonly ["requests" | "limits", string]
): number {
  const resources = container["resources"];
  const given =
    part === "limits"
      ? (at(resources, "limits", name) ?? at(defaults, "default", name))
      : (at(resources, "requests", name) ??
        at(resources, "limits", name) ??
        at(defaults, "defaultRequest", name));
  return given === undefined ? 0 : parseQuantity(text(given));
}

function containerDefaults(manifests: readonly Manifest[]): JsonObject {
  const limits = ofKind(manifests, "LimitRange").flatMap(({ body }) => objects(at(body, "spec", "limits")));
  return limits.find(({ type }) => type === "Container") ?? {};
}

function claimRows(manifests: readonly Manifest[]): readonly Row[] {
  return [
    ...ofKind(manifests, "PersistentVolumeClaim").map(({ name, body }) =>
      claim(name, asObject(body["spec"]), 1),
    ),
    ...workloads(manifests).flatMap(({ manifest, largest, pod }) => [
      ...objects(at(manifest.body, "spec", "volumeClaimTemplates")).map((template) =>
        claim(`${largest} × claim of ${manifest.name}`, asObject(template["spec"]), largest),
      ),
      ...objects(pod["volumes"])
        .filter((volume) => volume["ephemeral"] !== undefined)
        .map((volume) =>
          claim(
            `claim of ${manifest.name}`,
            asObject(at(volume, "ephemeral", "volumeClaimTemplate", "spec")),
            largest,
          ),
        ),
    ]),
  ];
}

function claim(what: string, spec: JsonObject, count: number): Row {
  const size = parseQuantity(text(at(spec, "resources", "requests", "storage")) || "0");
  return {
    what,
    amounts: new Map([
      ["persistentvolumeclaims", 1000 * count],
      ["requests.storage", size * count],
    ]),
  };
}

/** cert-manager runs one pod and one Service for each name that an ACME certificate proves (HTTP01 solver). */
function solverRows(manifests: readonly Manifest[], defaults: JsonObject): readonly Row[] {
  return ofKind(manifests, "Issuer").flatMap(({ name, body }) => {
    const [solver] = objects(at(body, "spec", "acme", "solvers"));
    if (!solver) return [];
    const names = ofKind(manifests, "Certificate")
      .filter((certificate) => at(certificate.body, "spec", "issuerRef", "name") === name)
      .flatMap((certificate) => asArray(at(certificate.body, "spec", "dnsNames")));
    const resources = at(solver, "http01", "ingress", "podTemplate", "spec", "resources") ?? {};
    const pod = podAmounts({ containers: [{ resources }] }, defaults);
    const amounts = times(new Map([...pod, ["services", 1000]]), names.length);
    return [{ what: `${names.length} × certificate solver`, amounts }];
  });
}

function countRows(manifests: readonly Manifest[]): readonly Row[] {
  const secrets = new Set([
    ...ofKind(manifests, "ExternalSecret").map(
      ({ body, name }) => text(at(body, "spec", "target", "name")) || name,
    ),
    ...ofKind(manifests, "Certificate").map(({ body }) => text(at(body, "spec", "secretName"))),
    ...ofKind(manifests, "Issuer").flatMap(({ body }) => {
      const key = at(body, "spec", "acme", "privateKeySecretRef", "name");
      return key === undefined ? [] : [text(key)];
    }),
  ]);
  const certificates = ofKind(manifests, "Certificate").length;
  return [
    counted("Secrets of stores, certificates and issuers", "secrets", secrets.size),
    counted("temporary keys of cert-manager, one for each certificate", "secrets", certificates),
    counted("ConfigMaps of the tree", "configmaps", ofKind(manifests, "ConfigMap").length),
    counted("kube-root-ca.crt", "configmaps", 1),
    counted("Services of the tree", "services", ofKind(manifests, "Service").length),
  ];
}

function counted(what: string, resource: string, count: number): Row {
  return { what, amounts: new Map([[resource, 1000 * count]]) };
}

function times(amounts: Sum, count: number): Sum {
  return new Map([...amounts].map(([name, amount]) => [name, amount * count]));
}

function total(rows: readonly Row[], resource: string): number {
  return rows.reduce((sum, { amounts }) => sum + (amounts.get(resource) ?? 0), 0);
}

function table(rows: readonly Row[], resource: string): string {
  return rows
    .filter(({ amounts }) => (amounts.get(resource) ?? 0) > 0)
    .map(({ what, amounts }) => `    ${shown(resource, amounts.get(resource) ?? 0).padStart(12)}  ${what}`)
    .join("\n");
}

function shown(resource: string, amount: number): string {
  if (/memory|storage/.test(resource)) return `${Math.ceil(amount / 1000 / 2 ** 20)}Mi`;
  return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
}
