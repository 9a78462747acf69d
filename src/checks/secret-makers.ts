import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed } from "./selection.ts";

/** Every Secret has one maker, every fetched value one source of its own, and every template asks for what is fetched. */
export const secretMakers: Rule = {
  id: "secret-makers",
  reason: "two makers overwrite each other's Secret, and two roles with one password are one role",
  source: "External Secrets Operator, Lifecycle and Templating; cert-manager, Ingress annotations",
  values: ["secrets.store", "app.banks", "ingress.issuer"],
  *check(manifests) {
    const makers = new Map<string, string>();
    for (const [manifest, path, name] of made(manifests)) {
      const other = makers.get(name);
      if (other !== undefined)
        yield { manifest, path, message: `makes the Secret ${name}, which ${other} makes; name another` };
      makers.set(name, `${manifest.kind}/${manifest.name}`);
    }
    const sources = new Map<string, string>();
    for (const manifest of ofKind(manifests, "ExternalSecret")) {
      yield* fetched(manifest, sources);
      yield* template(manifest);
      const policy = at(manifest.body, "spec", "target", "deletionPolicy");
      if (policy !== "Retain")
        yield {
          manifest,
          path: "spec.target.deletionPolicy",
          message: `is ${text(policy) || "not set"}: what the store loses is deleted here too; Retain fits`,
        };
    }
  },
};

function* made(manifests: readonly Manifest[]): Iterable<readonly [Manifest, string, string]> {
  for (const manifest of ofKind(manifests, "ExternalSecret"))
    yield [manifest, "spec.target.name", text(at(manifest.body, "spec", "target", "name")) || manifest.name];
  for (const manifest of ofKind(manifests, "Certificate"))
    yield [manifest, "spec.secretName", text(at(manifest.body, "spec", "secretName"))];
  for (const manifest of ofKind(manifests, "Issuer")) {
    const key = at(manifest.body, "spec", "acme", "privateKeySecretRef", "name");
    if (key !== undefined) yield [manifest, "spec.acme.privateKeySecretRef.name", text(key)];
  }
  // With the annotation cert-manager makes a Certificate for each entry of the Ingress by itself.
  for (const manifest of ofKind(manifests, "Ingress")) {
    const annotations = asObject(at(manifest.body, "metadata", "annotations"));
    const asks = ["cert-manager.io/issuer", "cert-manager.io/cluster-issuer", "kubernetes.io/tls-acme"].find(
      (key) => annotations[key] !== undefined,
    );
    if (asks === undefined) continue;
    for (const tls of objects(at(manifest.body, "spec", "tls")))
      yield [manifest, `metadata.annotations["${asks}"]`, text(tls["secretName"])];
  }
}

/** One name for one remote value, in all Secrets: the same password under two names would belong to two roles. */
function* fetched(manifest: Manifest, sources: Map<string, string>): Iterable<Finding> {
  for (const { item: entry, path } of items(at(manifest.body, "spec", "data"), "spec.data")) {
    const name = text(entry["secretKey"]);
    const remote =
      `${text(at(entry, "remoteRef", "key"))} ${text(at(entry, "remoteRef", "property"))}`.trim();
    for (const [key, value] of [
      [`value ${remote}`, name],
      [`name ${name}`, remote],
    ] as const) {
      const other = sources.get(key);
      if (other !== undefined && other !== value)
        yield {
          manifest,
          path: `${path}.remoteRef`,
          message: `reads ${remote} as ${name}, which is ${other} elsewhere; each role has a value of its own`,
        };
      sources.set(key, value);
    }
  }
}

function* template(manifest: Manifest): Iterable<Finding> {
  const known = objects(at(manifest.body, "spec", "data")).map((entry) => text(entry["secretKey"]));
  const data = asObject(at(manifest.body, "spec", "target", "template", "data"));
  if (Object.keys(data).length === 0) return;
  const asked = new Set<string>();
  for (const [key, value] of Object.entries(data)) {
    for (const [expression, name = ""] of text(value).matchAll(/\{\{\s*\.(\w+)[^}]*\}\}/g)) {
      asked.add(name);
      const path = `spec.target.template.data["${key}"]`;
      if (!known.includes(name))
        yield {
          manifest,
          path,
          message: `asks for ${name}, which is not fetched; there is ${listed(known)}`,
        };
      if (text(value).includes("://") && !expression.includes("urlquery"))
        yield {
          manifest,
          path,
          message: `puts ${name} into an address as it is; | urlquery keeps @ and / apart`,
        };
    }
  }
  for (const { item: entry, path } of items(at(manifest.body, "spec", "data"), "spec.data")) {
    if (!asked.has(text(entry["secretKey"])))
      yield {
        manifest,
        path,
        message: `fetches ${text(entry["secretKey"])}, which no template uses; remove it`,
      };
  }
}
