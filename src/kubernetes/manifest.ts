import { compareText } from "./text.ts";

/** A plain JSON value: what a manifest is made of once its types have done their work. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** What every `kubernetes-models` object offers; components return arrays of these. */
export interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
      }
    | undefined;
  toJSON(): unknown;
  validate(): void;
}

/** Where a component's objects belong; the same for all objects of one component. */
export interface Placement {
  /** Folder in the rendered tree, and the value of the label app.kubernetes.io/component. */
  readonly component: string;
  /** Namespace of every namespaced object. */
  readonly namespace: string;
  /** Argo CD sync wave: lower waves are applied, and healthy, before higher ones begin. */
  readonly wave: number;
}

/** A validated object: plain data with an identity. Only `seal` makes one. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly component: string;
  readonly body: JsonObject;
}

// Kubernetes API reference: the kinds among ours that have no namespace.
const clusterScoped = new Set([
  "Namespace",
  "StorageClass",
  "PriorityClass",
  "ClusterRole",
  "ClusterRoleBinding",
]);

/**
 * Validates a typed object, gives it its place (namespace, standard labels, sync wave) and returns plain data.
 * Throws an Error that names the object when the object has no name or its schema refuses it.
 */
export function seal(model: Model, placement: Placement): Manifest {
  const { apiVersion, kind } = model;
  const name = model.metadata?.name;
  if (!name) throw new Error(`${placement.component}: a ${kind} has no metadata.name`);
  try {
    model.validate();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${placement.component}: ${kind}/${name}: ${reason}`, { cause });
  }
  const namespace = clusterScoped.has(kind) ? undefined : (model.metadata?.namespace ?? placement.namespace);
  const body = withPlacement(toPlainObject(model), namespace, placement);
  return { apiVersion, kind, name, namespace, component: placement.component, body };
}

/** Returns group/kind/namespace/name: what makes two manifests the same object. The version is not part of it. */
export function identity({
  apiVersion,
  kind,
  namespace,
  name,
}: Omit<Manifest, "component" | "body">): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return [group, kind, namespace ?? "", name].join("/");
}

/** Orders manifests by component, kind, namespace and name. */
export function compareManifests(a: Manifest, b: Manifest): number {
  return (
    compareText(a.component, b.component) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace ?? "", b.namespace ?? "") ||
    compareText(a.name, b.name)
  );
}

const noFields: JsonObject = {};
const noItems: readonly Json[] = [];

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the value where it is a JSON object, else an empty one: for reading optional fields of a manifest. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : noFields;
}

/** Returns the value where it is a JSON array, else an empty one. */
export function asArray(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : noItems;
}

function toPlainObject(model: Model): JsonObject {
  // A round trip through JSON drops undefined fields and class instances, as the API server would see it.
  const plain: JsonObject = JSON.parse(JSON.stringify(model));
  return plain;
}

function withPlacement(
  body: JsonObject,
  namespace: string | undefined,
  { component, wave }: Placement,
): JsonObject {
  const metadata = asObject(body["metadata"]);
  return {
    ...body,
    metadata: {
      ...metadata,
      ...(namespace === undefined ? {} : { namespace }),
      labels: {
        "app.kubernetes.io/part-of": "apg-cash-management",
        "app.kubernetes.io/component": component,
        ...asObject(metadata["labels"]),
      },
      annotations: {
        "argocd.argoproj.io/sync-wave": String(wave),
        ...asObject(metadata["annotations"]),
      },
    },
  };
}
