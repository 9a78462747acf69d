import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import { madeSecrets } from "./made-secrets.ts";
import type { Finding, Rule } from "./rule.ts";
import { containersOf, type Workload, workloads } from "./workloads.ts";

const waveKey = "argocd.argoproj.io/sync-wave";
const optionsKey = "argocd.argoproj.io/sync-options";
const hookKey = "argocd.argoproj.io/hook";
const deleteKey = "argocd.argoproj.io/hook-delete-policy";
const version = /(?:^|\/)version$|helm\.sh\/chart/;

/** What an object needs is synced no later than it; hooks can run again; data is neither pruned nor replaced. */
export const syncOrder: Rule = {
  id: "sync-order",
  reason: "a wave that waits for something in a later one never ends, and pruned data does not come back",
  source:
    "Argo CD, Sync Phases and Waves, Sync Options, Resource Hooks; Kubernetes API reference, StatefulSetSpec",
  values: ["app", "postgresql", "redis"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      for (const [needed, path] of needs(manifests, workload))
        yield* tooLate(workload.manifest, needed, path);
      yield* versions(workload);
    }
    for (const manifest of ofKind(manifests, "RoleBinding")) {
      const role = find(
        manifests,
        text(at(manifest.body, "roleRef", "kind")),
        text(at(manifest.body, "roleRef", "name")),
      );
      if (role) yield* tooLate(manifest, role, "roleRef");
    }
    for (const manifest of ofKind(manifests, "ExternalSecret")) {
      const store = find(manifests, "SecretStore", text(at(manifest.body, "spec", "secretStoreRef", "name")));
      if (store) yield* tooLate(manifest, store, "spec.secretStoreRef");
    }
    for (const manifest of manifests) yield* protection(manifest);
  },
};

function* needs(manifests: readonly Manifest[], workload: Workload): Iterable<readonly [Manifest, string]> {
  const { pod, path } = workload;
  const secrets = madeSecrets(manifests);
  const named = (kind: string, name: string): Manifest | undefined =>
    kind === "Secret" ? secrets.get(name)?.maker : find(manifests, kind, name);
  const wanted: (readonly [Manifest | undefined, string])[] = [
    [named("ServiceAccount", text(pod["serviceAccountName"])), `${path}.serviceAccountName`],
  ];
  for (const [volume, place] of items(pod["volumes"], `${path}.volumes`)) {
    wanted.push([named("ConfigMap", text(at(volume, "configMap", "name"))), `${place}.configMap`]);
    wanted.push([named("Secret", text(at(volume, "secret", "secretName"))), `${place}.secret`]);
  }
  for (const { container, path: place } of containersOf(workload)) {
    for (const [variable, spot] of items(container["env"], `${place}.env`)) {
      wanted.push([named("Secret", text(at(variable, "valueFrom", "secretKeyRef", "name"))), spot]);
      wanted.push([named("ConfigMap", text(at(variable, "valueFrom", "configMapKeyRef", "name"))), spot]);
    }
    for (const [source, spot] of items(container["envFrom"], `${place}.envFrom`))
      wanted.push([named("ConfigMap", text(at(source, "configMapRef", "name"))), spot]);
  }
  for (const [manifest, place] of wanted) if (manifest) yield [manifest, place];
}

function* tooLate(manifest: Manifest, needed: Manifest, path: string): Iterable<Finding> {
  const own = wave(manifest);
  const other = wave(needed);
  // A hook that runs after the sync finds everything there.
  if (other <= own || annotation(manifest, hookKey) === "PostSync") return;
  yield {
    manifest,
    path,
    message: `is synced in wave ${own}, but needs ${needed.kind}/${needed.name} of wave ${other}; put that into ${own} or lower`,
  };
}

function* versions({ manifest }: Workload): Iterable<Finding> {
  const places = [
    ["spec.selector.matchLabels", at(manifest.body, "spec", "selector", "matchLabels")] as const,
    ...items(at(manifest.body, "spec", "volumeClaimTemplates"), "spec.volumeClaimTemplates").map(
      ([template, path]) => [`${path}.metadata.labels`, at(template, "metadata", "labels")] as const,
    ),
  ];
  for (const [path, labels] of places) {
    const changing = Object.keys(asObject(labels)).filter((key) => version.test(key));
    if (changing.length > 0)
      yield {
        manifest,
        path,
        message: `holds ${changing.join(", ")}, which a release changes, but the field is immutable; remove it`,
      };
  }
}

function* protection(manifest: Manifest): Iterable<Finding> {
  const { kind, name, body } = manifest;
  if (annotation(manifest, hookKey) !== "") {
    if (name === "" || body["generateName"] !== undefined || annotation(manifest, deleteKey) === "")
      yield {
        manifest,
        path: `metadata.annotations["${deleteKey}"]`,
        message: "is not set on a hook; BeforeHookCreation lets it run at the next sync too",
      };
  }
  const holdsData =
    kind === "PersistentVolumeClaim" ||
    kind === "Namespace" ||
    (kind === "StatefulSet" && objects(at(body, "spec", "volumeClaimTemplates")).length > 0);
  const options = annotation(manifest, optionsKey).split(",");
  if (holdsData && !["Prune=false", "Delete=false"].every((option) => options.includes(option)))
    yield {
      manifest,
      path: `metadata.annotations["${optionsKey}"]`,
      message: "does not keep data; Prune=false,Delete=false does",
    };
}

function wave(manifest: Manifest): number {
  return Number(annotation(manifest, waveKey) || "0");
}

function annotation({ body }: Manifest, key: string): string {
  return text(at(body, "metadata", "annotations", key));
}
