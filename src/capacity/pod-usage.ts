import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, objects, ofKind } from "../checks/read.ts";
import { amountOf, type Amounts } from "./amounts.ts";

const resources = ["cpu", "memory", "ephemeral-storage"] as const;

/**
 * Returns what a pod counts for in a quota: one pod, and of each resource the larger of what its containers and sidecars
 * need together and what each init container needs beside the sidecars before it, with the pod's overhead (KEP-753,
 * Sidecar containers, Resource calculation). What a container does not state comes from its limit, else from the
 * LimitRange (Kubernetes API reference, LimitRangeItem).
 */
export function podUsage(pod: JsonObject, defaults: JsonObject): Amounts {
  const amounts = new Map([["pods", 1000]]);
  for (const part of ["requests", "limits"] as const) {
    for (const resource of resources) {
      const of = (container: JsonObject): number => containerAmount(container, defaults, part, resource);
      let sidecars = 0;
      let peak = 0;
      for (const container of objects(pod["initContainers"])) {
        peak = Math.max(peak, sidecars + of(container));
        if (container["restartPolicy"] === "Always") sidecars += of(container);
      }
      const running = objects(pod["containers"]).reduce((sum, container) => sum + of(container), sidecars);
      const overhead = at(pod, "overhead", resource);
      amounts.set(
        `${part}.${resource}`,
        Math.max(peak, running) + (overhead === undefined ? 0 : amountOf(overhead)),
      );
    }
  }
  return amounts;
}

/** Returns what LimitRanges give to the containers of a namespace; empty where there are none. */
export function containerDefaults(manifests: readonly Manifest[]): JsonObject {
  const items = ofKind(manifests, "LimitRange")
    .flatMap(({ body }) => objects(at(body, "spec", "limits")))
    .filter(({ type }) => type === "Container");
  return {
    default: Object.assign({}, ...items.map((item) => asObject(item["default"] ?? item["max"]))),
    defaultRequest: Object.assign(
      {},
      ...items.map((item) => asObject(item["defaultRequest"] ?? item["min"])),
    ),
  };
}

/**
 * Returns a container's request or limit of a resource in thousandths, with the API server's defaults; 0 where there is
 * none.
 */
export function containerAmount(
  container: JsonObject,
  defaults: JsonObject,
  ...[part, resource]: readonly ["requests" | "limits", string]
): number {
  const own = container["resources"];
  const limit = at(own, "limits", resource);
  const given =
    part === "limits"
      ? (limit ?? at(defaults, "default", resource))
      : (at(own, "requests", resource) ?? limit ?? at(defaults, "defaultRequest", resource));
  return given === undefined ? 0 : amountOf(given);
}
