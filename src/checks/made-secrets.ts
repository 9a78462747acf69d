import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { oncePerTree } from "./once.ts";
import { at, objects, ofKind, text } from "./read.ts";

/** A Secret that an operator makes from an object of the tree. */
export interface MadeSecret {
  readonly name: string;
  readonly maker: Manifest;
  readonly keys: readonly string[];
}

/**
 * Returns the Secrets that the tree brings about, by name: the targets of ExternalSecrets with the keys of their
 * template, or of their data where the template has none, and the Secrets of Certificates and ACME accounts.
 */
export const madeSecrets = oncePerTree(
  (manifests): ReadonlyMap<string, MadeSecret> =>
    new Map(
      [...external(manifests), ...certificates(manifests), ...accounts(manifests)].map((made) => [
        made.name,
        made,
      ]),
    ),
);

function external(manifests: readonly Manifest[]): readonly MadeSecret[] {
  return ofKind(manifests, "ExternalSecret").map((maker) => {
    const spec = at(maker.body, "spec");
    const template = Object.keys(asObject(at(spec, "target", "template", "data")));
    const data = objects(at(spec, "data")).map((entry) => text(entry["secretKey"]));
    const generated = objects(at(spec, "dataFrom")).flatMap((source) =>
      objects(source["rewrite"]).map((rewrite) => text(at(rewrite, "regexp", "target"))),
    );
    return {
      name: text(at(spec, "target", "name")) || maker.name,
      maker,
      keys: template.length > 0 ? template : [...data, ...generated],
    };
  });
}

// cert-manager, Certificate resource: the issuer's own certificate is in ca.crt where the issuer knows it.
function certificates(manifests: readonly Manifest[]): readonly MadeSecret[] {
  return ofKind(manifests, "Certificate").map((maker) => ({
    name: text(at(maker.body, "spec", "secretName")),
    maker,
    keys: ["ca.crt", "tls.crt", "tls.key"],
  }));
}

function accounts(manifests: readonly Manifest[]): readonly MadeSecret[] {
  return ofKind(manifests, "Issuer")
    .filter((maker) => at(maker.body, "spec", "acme") !== undefined)
    .map((maker) => ({
      name: text(at(maker.body, "spec", "acme", "privateKeySecretRef", "name")),
      maker,
      keys: ["tls.key"],
    }));
}
