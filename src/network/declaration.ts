import { asArray, asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, number, objects, ofKind, text } from "../checks/read.ts";
import { type Block, contains } from "./addresses.ts";
import type { Endpoint } from "./endpoints.ts";
import { type Labels, labelsIn } from "./selectors.ts";

/** One end of a declared connection. */
export type DeclaredEnd =
  | { readonly kind: "workload"; readonly app: string }
  | { readonly kind: "platform"; readonly namespace: string; readonly labels: Labels }
  | { readonly kind: "addresses"; readonly blocks: readonly Block[] };

/** A way out of the cluster that somebody asked for by name. */
export interface DeclaredEgress {
  readonly purpose: string;
  readonly from: DeclaredEnd;
  readonly to: DeclaredEnd;
  readonly port: number;
}

/** Whom the namespace talks to outside of itself, as its Namespace object says. */
export interface Outside {
  readonly edgeController: DeclaredEnd | undefined;
  readonly prometheus: DeclaredEnd | undefined;
  readonly apiServer: { readonly to: DeclaredEnd; readonly port: number } | undefined;
  readonly dns: readonly Block[];
  readonly egress: readonly DeclaredEgress[];
}

/** Annotation of the Namespace that holds the declaration, as JSON. */
const declarationAnnotation = "network-declaration";

// cert-manager puts this label on its solver pods.
const solver = { "acme.cert-manager.io/http01-solver": "true" };
// The values call these pods by a name of their own; the others are called by their label `app`.
const apps: Readonly<Record<string, string>> = {
  application: "apg-cash-management",
  migration: "apg-cash-management-migration",
  "smoke-test": "apg-cash-management-smoke-test",
};

/**
 * Returns what the Namespace declares about the world around it; nothing where it has no such annotation. The
 * declaration is made from the values by itself, so that a mistake between the values and the policies shows.
 */
export function outsideIn(manifests: readonly Manifest[]): Outside {
  const [annotated] = ofKind(manifests, "Namespace").filter(({ body }) => annotationOf(body) !== "");
  const declared = parse(annotated ? annotationOf(annotated.body) : "{}");
  const apiServer = asObject(declared["apiServer"]);
  return {
    edgeController: platform(declared["edgeController"]),
    prometheus: platform(declared["prometheus"]),
    apiServer:
      blocks(apiServer["blocks"]).length > 0
        ? {
            to: { kind: "addresses", blocks: blocks(apiServer["blocks"]) },
            port: number(apiServer["port"]) ?? 0,
          }
        : undefined,
    dns: blocks(declared["dns"]),
    egress: objects(declared["egress"]).map(({ purpose, from, blocks: addresses, port }) => ({
      purpose: text(purpose),
      from: { kind: "workload", app: apps[text(from)] ?? text(from) },
      to: { kind: "addresses", blocks: blocks(addresses) },
      port: number(port) ?? 0,
    })),
  };
}

/** Returns the pods with which cert-manager proves names to a certificate authority. */
export function solverPods(namespace: string): DeclaredEnd {
  return { kind: "platform", namespace, labels: solver };
}

/** Whether an end of a connection is, or is part of, a declared one. */
export function isDeclared(end: DeclaredEnd, home: string, endpoint: Endpoint): boolean {
  if (endpoint.kind === "addresses")
    return end.kind === "addresses" && end.blocks.some((block) => contains(block, endpoint.sample));
  if (end.kind === "workload") return endpoint.namespace === home && endpoint.labels["app"] === end.app;
  return (
    end.kind === "platform" &&
    endpoint.namespace === end.namespace &&
    Object.entries(end.labels).every(([key, value]) => endpoint.labels[key] === value)
  );
}

function annotationOf(body: JsonObject): string {
  return text(at(body, "metadata", "annotations", declarationAnnotation));
}

function platform(value: Json | undefined): DeclaredEnd | undefined {
  const { namespace, labels } = asObject(value);
  return namespace === undefined
    ? undefined
    : { kind: "platform", namespace: text(namespace), labels: labelsIn({ labels: asObject(labels) }) };
}

function blocks(value: Json | undefined): readonly Block[] {
  return objects(value).map(({ cidr, except }) => ({ cidr: text(cidr), except: asArray(except).map(text) }));
}

function parse(content: string): JsonObject {
  try {
    const value: Json = JSON.parse(content);
    return asObject(value);
  } catch {
    return {};
  }
}
