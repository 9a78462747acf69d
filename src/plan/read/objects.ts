import { isList, isObject, listAt, textAt, type Json, type JsonObject, type Path } from "../json.ts";
import type { SourceDocument } from "./documents.ts";
import { withoutSecretData, type Fingerprints } from "./secrets.ts";

/** What makes two manifests the same object. The version of the API is not part of it. */
export interface Identity {
  readonly group: string;
  readonly kind: string;
  /** Empty for an object of the cluster, and where neither the object nor its Application names one. */
  readonly namespace: string;
  readonly name: string;
}

/** One Kubernetes object of a tree. */
export interface PlanObject extends Identity {
  readonly version: string;
  /** The object; of a Secret the names of its keys only. */
  readonly body: JsonObject;
  readonly path: string;
  readonly line: number;
  lineOf(path: Path): number;
  /** Of a Secret: a keyed hash per key, made with a key that dies with this process and is never printed. */
  readonly fingerprints?: Fingerprints;
}

/** Objects of one document, and what in it is none. */
export interface Reading {
  readonly objects: readonly PlanObject[];
  readonly notObjects: readonly string[];
}

/**
 * Returns the objects of a document: itself, or the items of a List. A document without apiVersion and kind, and
 * kustomize's own kinds, are no objects of a cluster.
 */
export function objectsOf(path: string, document: SourceDocument): Reading {
  const objects: PlanObject[] = [];
  const notObjects: string[] = [];
  const visit = (value: Json, at: Path, inherited: { apiVersion?: string; kind?: string }): void => {
    const apiVersion = textAt(value, "apiVersion") ?? inherited.apiVersion;
    const kind = textAt(value, "kind") ?? inherited.kind;
    if (!isObject(value) || apiVersion === undefined || kind === undefined) {
      if (value !== null) notObjects.push("has no apiVersion and kind: it is no object of a cluster");
      return;
    }
    if (kind.endsWith("List") && isList(value["items"])) {
      // The items of a typed list, such as ConfigMapList, may leave out what the list already says.
      const itemKind = kind === "List" ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
      listAt(value, "items").forEach((item, index) => visit(item, [...at, "items", index], itemKind));
      return;
    }
    if (isKustomize(apiVersion)) return;
    const made = makeObject({ path, apiVersion, kind, value, at, document });
    if (made) objects.push(made);
    else notObjects.push(`a ${kind} has neither metadata.name nor metadata.generateName`);
  };
  visit(document.value, [], {});
  return { objects, notObjects };
}

function isKustomize(apiVersion: string): boolean {
  return apiVersion.startsWith("kustomize.config.k8s.io/");
}

function makeObject(source: {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: JsonObject;
  readonly at: Path;
  readonly document: SourceDocument;
}): PlanObject | undefined {
  const { path, apiVersion, kind, value, at, document } = source;
  const prefix = textAt(value, "metadata", "generateName");
  const name = textAt(value, "metadata", "name") ?? (prefix === undefined ? undefined : `${prefix}*`);
  if (!name) return undefined;
  const slash = apiVersion.indexOf("/");
  const group = slash < 0 ? "" : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const namespace = textAt(value, "metadata", "namespace") ?? "";
  const { body, fingerprints } = withoutSecretData({ ...value, apiVersion, kind });
  const secret = fingerprints !== undefined;
  const line = at.length === 0 ? document.line : document.lineOf(at);
  return {
    group,
    kind,
    namespace,
    name,
    version,
    body,
    path,
    line,
    // The position of a Secret's parts is not kept: the parsed document would keep its values in memory.
    lineOf: secret ? () => line : (inside) => document.lineOf([...at, ...inside]),
    ...(secret ? { fingerprints } : {}),
  };
}

/** Returns the text form of an identity: group/kind/namespace/name. */
export function identityOf({ group, kind, namespace, name }: Identity): string {
  return [group, kind, namespace, name].join("/");
}
