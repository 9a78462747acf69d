import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { madeSecrets } from "./made-secrets.ts";
import { at, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

/** Everything that the tree makes for others is read by somebody, secrets key by key. */
export const unread: Rule = {
  id: "unread",
  reason: "a secret that nobody reads can leak all the same, and a setting that nobody reads acts on nothing",
  source: "Kubernetes, Good practices for Kubernetes Secrets; External Secrets Operator, Lifecycle",
  values: ["app.banks", "secrets.store", "monitoring.dashboards", "ingress", "persistence.logs"],
  *check(manifests) {
    const reads = readsOf(manifests);
    for (const { name, maker, keys } of madeSecrets(manifests).values()) {
      // What cert-manager makes has three keys, of which a reader picks: reading one is enough.
      const unused = maker.kind === "ExternalSecret" ? keys.filter((key) => !reads.key(name, key)) : [];
      if (!reads.has("Secret", name))
        yield {
          manifest: maker,
          path: "spec",
          message: `makes the Secret ${name}, which nobody reads; remove it`,
        };
      else if (unused.length > 0)
        yield {
          manifest: maker,
          path: "spec.target.template.data",
          message: `makes ${unused.join(", ")} in the Secret ${name}, which nobody reads; remove them`,
        };
    }
    for (const manifest of manifests) yield* nameless(manifest, reads);
  },
};

interface Reads {
  readonly has: (kind: string, name: string) => boolean;
  readonly key: (secret: string, key: string) => boolean;
}

const named = new Set([
  "ConfigMap",
  "ServiceAccount",
  "PersistentVolumeClaim",
  "Middleware",
  "TLSOption",
  "ServersTransport",
  "Issuer",
  "SecretStore",
  "Password",
  "Role",
  "ClusterRole",
  "PriorityClass",
]);

function* nameless(manifest: Manifest, reads: Reads): Iterable<Finding> {
  const { kind, name, body } = manifest;
  if (!named.has(kind) || reads.has(kind, name)) return;
  // Grafana's sidecar loads every ConfigMap with this label.
  if (kind === "ConfigMap" && at(body, "metadata", "labels", "grafana_dashboard") !== undefined) return;
  yield {
    manifest,
    path: "metadata.name",
    message: "is named by nobody; remove it, or name it where it is meant",
  };
}

function readsOf(manifests: readonly Manifest[]): Reads {
  const names = new Set<string>();
  const keys = new Set<string>();
  const read = (kind: string, name: unknown, key?: unknown): void => {
    if (typeof name !== "string") return;
    names.add(`${kind}/${name}`);
    if (kind === "Secret") keys.add(typeof key === "string" ? `${name}/${key}` : `${name}/*`);
  };
  for (const workload of workloads(manifests)) {
    const { pod } = workload;
    read("ServiceAccount", pod["serviceAccountName"]);
    read("PriorityClass", pod["priorityClassName"]);
    for (const pull of objects(pod["imagePullSecrets"])) read("Secret", pull["name"]);
    for (const volume of objects(pod["volumes"])) {
      read("PersistentVolumeClaim", at(volume, "persistentVolumeClaim", "claimName"));
      for (const source of [volume, ...objects(at(volume, "projected", "sources"))]) readSource(source, read);
    }
    for (const { container } of workload.containers) {
      for (const source of objects(container["envFrom"])) {
        read("ConfigMap", at(source, "configMapRef", "name"));
        read("Secret", at(source, "secretRef", "name"));
      }
      for (const variable of objects(container["env"])) {
        read("ConfigMap", at(variable, "valueFrom", "configMapKeyRef", "name"));
        const secret = at(variable, "valueFrom", "secretKeyRef");
        read("Secret", at(secret, "name"), at(secret, "key"));
      }
    }
  }
  for (const manifest of manifests) readObject(manifest, read);
  return {
    has: (kind, name) => names.has(`${kind}/${name}`),
    key: (secret, key) => keys.has(`${secret}/${key}`) || keys.has(`${secret}/*`),
  };
}

type Read = (kind: string, name: unknown, key?: unknown) => void;

function readSource(source: JsonObject, read: Read): void {
  read("ConfigMap", at(source, "configMap", "name"));
  const secret = source["secret"];
  if (secret === undefined) return;
  const name = at(secret, "secretName") ?? at(secret, "name");
  const chosen = objects(at(secret, "items"));
  if (chosen.length === 0) read("Secret", name);
  for (const item of chosen) read("Secret", name, item["key"]);
}

function readObject({ kind, body }: Manifest, read: Read): void {
  const spec = body["spec"];
  if (kind === "Issuer") read("Secret", at(spec, "ca", "secretName"));
  // The account's key is read by the issuer that has it made.
  if (kind === "Issuer") read("Secret", at(spec, "acme", "privateKeySecretRef", "name"));
  if (kind === "Certificate") read("Issuer", at(spec, "issuerRef", "name"));
  if (kind === "Ingress") for (const tls of objects(at(spec, "tls"))) read("Secret", tls["secretName"]);
  if (kind === "RoleBinding" || kind === "ClusterRoleBinding")
    read(text(at(body, "roleRef", "kind")), at(body, "roleRef", "name"));
  if (kind === "ExternalSecret") {
    read("SecretStore", at(spec, "secretStoreRef", "name"));
    for (const source of objects(at(spec, "dataFrom")))
      read(
        text(at(source, "sourceRef", "generatorRef", "kind")),
        at(source, "sourceRef", "generatorRef", "name"),
      );
    // A store in the cluster: the remote key is the name of a Secret, the property its key.
    for (const { remoteRef } of objects(at(spec, "data")))
      read("Secret", at(remoteRef, "key"), at(remoteRef, "property"));
  }
  if (kind === "SecretStore") readStore(asObject(at(spec, "provider")), read);
  if (kind === "Ingress" || kind === "Service") readAnnotations(body, read);
}

function readStore(provider: JsonObject, read: Read): void {
  read("ServiceAccount", at(provider["gcpsm"], "auth", "workloadIdentity", "serviceAccountRef", "name"));
  read("ServiceAccount", at(provider["vault"], "auth", "kubernetes", "serviceAccountRef", "name"));
  read("ServiceAccount", at(provider["kubernetes"], "auth", "serviceAccount", "name"));
  for (const store of ["vault", "kubernetes"]) read("ConfigMap", at(provider[store], "caProvider", "name"));
}

function readAnnotations(body: JsonObject, read: Read): void {
  const namespace = text(at(body, "metadata", "namespace"));
  for (const [key, value] of Object.entries(asObject(at(body, "metadata", "annotations")))) {
    if (!key.startsWith("traefik.ingress.kubernetes.io/")) continue;
    const kind = key.endsWith(".middlewares")
      ? "Middleware"
      : key.endsWith(".options")
        ? "TLSOption"
        : "ServersTransport";
    for (const name of text(value).split(","))
      read(kind, name.trim().replace(`${namespace}-`, "").replace("@kubernetescrd", ""));
  }
}
