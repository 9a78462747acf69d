import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../src/kubernetes/manifest.ts";
import { at, mapAt, textAt } from "../../../src/plan/json.ts";
import type { Pair } from "./pair.ts";

/** One request to an API server, with all rights. */
export type Request = (call: {
  readonly method: "GET" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: Json;
  readonly contentType?: string;
}) => Promise<{ readonly status: number; readonly body: Json }>;

/** What a real API server did with a pair. */
export interface Recorded {
  /** `refused`, or what of the stored object changed: nothing, the pod template, or something else. */
  readonly answer: "refused" | "unchanged" | "template" | "changed" | "base-refused";
  /** The server's message, for a refusal. */
  readonly message?: string;
}

const plurals: Readonly<Record<string, string>> = {
  Ingress: "ingresses",
  IngressClass: "ingressclasses",
  NetworkPolicy: "networkpolicies",
  PriorityClass: "priorityclasses",
  RuntimeClass: "runtimeclasses",
  StorageClass: "storageclasses",
};

/** Returns the API path of an object. */
function pathOf(object: JsonObject): string {
  const apiVersion = textAt(object, "apiVersion") ?? "";
  const kind = textAt(object, "kind") ?? "";
  const namespace = textAt(object, "metadata", "namespace");
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  const name = textAt(object, "metadata", "name") ?? "";
  return `${root}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${plural}/${name}`;
}

/** What must be there before the first pair. */
export const prerequisites: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "plan-pairs" } },
  ...[true, false].map((allowVolumeExpansion) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: allowVolumeExpansion ? "plan-growing" : "plan-fixed" },
    provisioner: "example.com/disk",
    allowVolumeExpansion,
  })),
];

const apply = "application/apply-patch+yaml";

/** Applies an object as Argo CD does with ServerSideApply=true. */
export async function applyObject(request: Request, object: JsonObject): ReturnType<Request> {
  const path = `${pathOf(object)}?fieldManager=argocd-controller&force=true`;
  return await request({ method: "PATCH", path, body: object, contentType: apply });
}

/** Creates the base anew, gives it its status, applies the head, and says what came of it. */
export async function replay(request: Request, { base, head, status }: Pair): Promise<Recorded> {
  await remove(request, base);
  const created = await applyObject(request, base);
  if (created.status >= 300)
    return { answer: "base-refused", message: textAt(created.body, "message") ?? "" };
  if (status !== undefined) {
    const body = { apiVersion: base["apiVersion"] ?? "", kind: base["kind"] ?? "", status };
    await request({
      method: "PATCH",
      path: `${pathOf(base)}/status`,
      body,
      contentType: "application/merge-patch+json",
    });
  }
  const before = (await request({ method: "GET", path: pathOf(base) })).body;
  const answer = await applyObject(request, head);
  const { body: after } = await request({ method: "GET", path: pathOf(base) });
  await remove(request, base);
  if (answer.status >= 300) return { answer: "refused", message: textAt(answer.body, "message") ?? "" };
  if (!isDeepStrictEqual(at(before, "spec", "template"), at(after, "spec", "template")))
    return { answer: "template" };
  return { answer: isDeepStrictEqual(content(before), content(after)) ? "unchanged" : "changed" };
}

// What the server counts and stamps is no change of the object.
function content(object: Json): Json {
  const { resourceVersion, generation, managedFields, ...metadata } = mapAt(object, "metadata");
  void [resourceVersion, generation, managedFields];
  const rest = Object.entries(mapAt(object)).filter(([key]) => key !== "metadata" && key !== "status");
  return Object.fromEntries([...rest, ["metadata", metadata]]);
}

async function remove(request: Request, object: JsonObject): Promise<void> {
  const path = pathOf(object);
  // Finalizers wait for controllers that do not run here.
  const free = {
    apiVersion: object["apiVersion"] ?? "",
    kind: object["kind"] ?? "",
    metadata: { finalizers: null },
  };
  await request({ method: "PATCH", path, body: free, contentType: "application/merge-patch+json" });
  await request({ method: "DELETE", path: `${path}?propagationPolicy=Background&gracePeriodSeconds=0` });
  await request({ method: "PATCH", path, body: free, contentType: "application/merge-patch+json" });
  for (let look = 0; look < 100; look++) {
    const found = await request({ method: "GET", path });
    if (found.status === 404) return;
    await request({ method: "PATCH", path, body: free, contentType: "application/merge-patch+json" });
  }
}
