import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { madeSecrets } from "./made-secrets.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { matches, selectedPods } from "./selection.ts";
import { annotation, hook, wave } from "./sync-waves.ts";
import { type Workload, workloads } from "./workloads.ts";

const deleteKey = "argocd.argoproj.io/hook-delete-policy";

type Need = readonly [manifest: Manifest | undefined, path: string];

/**
 * What an object names is synced no later than it; servers, policies and the migration before those who rely on them;
 * hooks have a fixed name and can run again.
 */
export const syncOrder: Rule = {
  id: "sync-order",
  reason: "a wave that waits for something in a later one never ends",
  source: "Argo CD, Sync Phases and Waves, Resource Hooks",
  values: ["app", "postgresql", "redis"],
  *check(manifests) {
    const secrets = madeSecrets(manifests);
    const named = (kind: string, name: string): Manifest | undefined =>
      kind === "Secret" ? secrets.get(name)?.maker : find(manifests, kind, name);
    for (const workload of workloads(manifests)) {
      yield* tooLate(workload.manifest, podNeeds(workload, named));
      yield* tooLate(workload.manifest, earlier(manifests, workload), true);
    }
    for (const manifest of manifests) {
      yield* tooLate(manifest, objectNeeds(manifest, named));
      yield* hooks(manifest);
    }
  },
};

function* podNeeds(
  workload: Workload,
  named: (kind: string, name: string) => Manifest | undefined,
): Iterable<Need> {
  const { pod, path } = workload;
  yield [named("ServiceAccount", text(pod["serviceAccountName"])), `${path}.serviceAccountName`];
  for (const { item: volume, path: place } of items(pod["volumes"], `${path}.volumes`)) {
    yield [named("ConfigMap", text(at(volume, "configMap", "name"))), `${place}.configMap`];
    yield [named("Secret", text(at(volume, "secret", "secretName"))), `${place}.secret`];
  }
  for (const { container, path: place } of workload.containers) {
    for (const { item: variable, path: spot } of items(container["env"], `${place}.env`)) {
      yield [named("Secret", text(at(variable, "valueFrom", "secretKeyRef", "name"))), spot];
      yield [named("ConfigMap", text(at(variable, "valueFrom", "configMapKeyRef", "name"))), spot];
    }
    for (const { item: source, path: spot } of items(container["envFrom"], `${place}.envFrom`))
      yield [named("ConfigMap", text(at(source, "configMapRef", "name"))), spot];
  }
}

/** What has to be there, and healthy, before the pods start: strictly earlier waves. */
function* earlier(manifests: readonly Manifest[], workload: Workload): Iterable<Need> {
  for (const policy of ofKind(manifests, "NetworkPolicy")) {
    if (matches(at(policy.body, "spec", "podSelector"), workload.labels)) yield [policy, workload.path];
  }
  for (const { container, path } of workload.containers) {
    for (const { item: variable, path: place } of items(container["env"], `${path}.env`)) {
      const reference = at(variable, "valueFrom", "secretKeyRef");
      for (const server of serversOf(manifests, text(at(reference, "name")), text(at(reference, "key"))))
        yield [server, place];
    }
    const image = text(container["image"]);
    if (workload.manifest.kind !== "Deployment") continue;
    for (const job of workloads(manifests)) {
      const same = job.containers.some((other) => text(other.container["image"]) === image);
      if (job.manifest.kind === "Job" && hook(job.manifest) === "" && same)
        yield [job.manifest, `${path}.image`];
    }
  }
}

/** Servers behind the address that a key of a Secret is composed to. */
function serversOf(manifests: readonly Manifest[], secret: string, key: string): readonly Manifest[] {
  const maker = madeSecrets(manifests).get(secret)?.maker;
  const template = text(at(maker?.body, "spec", "target", "template", "data", key));
  const host = /@(?<host>[a-z0-9-]+):\d+/.exec(template)?.groups?.["host"];
  const service = host === undefined ? undefined : find(manifests, "Service", host);
  if (!service) return [];
  return selectedPods(manifests, asObject(at(service.body, "spec", "selector"))).map(
    ({ manifest }) => manifest,
  );
}

function* objectNeeds(
  { kind, body }: Manifest,
  named: (kind: string, name: string) => Manifest | undefined,
): Iterable<Need> {
  const spec = body["spec"];
  if (kind === "RoleBinding" || kind === "ClusterRoleBinding")
    yield [named(text(at(body, "roleRef", "kind")), text(at(body, "roleRef", "name"))), "roleRef"];
  if (kind === "ExternalSecret")
    yield [named("SecretStore", text(at(spec, "secretStoreRef", "name"))), "spec.secretStoreRef"];
  if (kind === "Certificate") yield [named("Issuer", text(at(spec, "issuerRef", "name"))), "spec.issuerRef"];
  if (kind === "Issuer") yield [named("Secret", text(at(spec, "ca", "secretName"))), "spec.ca.secretName"];
  if (kind === "HorizontalPodAutoscaler" || kind === "ScaledObject") {
    const target = at(spec, "scaleTargetRef");
    yield [named(text(at(target, "kind")) || "Deployment", text(at(target, "name"))), "spec.scaleTargetRef"];
  }
  if (kind === "Ingress") {
    for (const { item: rule, path } of items(at(spec, "rules"), "spec.rules"))
      for (const route of objects(at(rule, "http", "paths")))
        yield [named("Service", text(at(route, "backend", "service", "name"))), path];
  }
}

function* tooLate(manifest: Manifest, needs: Iterable<Need>, strict = false): Iterable<Finding> {
  // A hook that runs after the sync finds everything there.
  if (hook(manifest) === "PostSync") return;
  const own = wave(manifest);
  for (const [needed, path] of needs) {
    if (!needed) continue;
    const other = wave(needed);
    if (other < own || (other === own && !strict)) continue;
    yield {
      manifest,
      path,
      message: `is synced in wave ${own}, but needs ${needed.kind}/${needed.name} of wave ${other}${strict ? " to be there first; put that into a lower one" : `; put that into ${own} or lower`}`,
    };
  }
}

function* hooks(manifest: Manifest): Iterable<Finding> {
  if (hook(manifest) === "") return;
  if (at(manifest.body, "metadata", "generateName") !== undefined)
    yield {
      manifest,
      path: "metadata.generateName",
      message: "gives a hook a new name each time, so finished ones pile up; a fixed name fits",
    };
  if (!annotation(manifest, deleteKey).split(",").includes("BeforeHookCreation"))
    yield {
      manifest,
      path: `metadata.annotations["${deleteKey}"]`,
      message: "does not let a hook run at the next sync too; BeforeHookCreation does",
    };
}
