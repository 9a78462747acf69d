import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { isQuantity, parseQuantity } from "../kubernetes/quantity.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { type Container, type Workload, workloads } from "./workloads.ts";

/** Requests stay below limits, both within the LimitRange, and what a pod writes is bounded by what it may hold. */
export const podResources: Rule = {
  id: "pod-resources",
  reason: "the API server refuses a container outside the LimitRange, and an unbounded volume fills the node",
  source: "Kubernetes, Limit Ranges; Resource Management for Pods and Containers; Volumes, emptyDir",
  values: ["app.resources", "app.volumes", "postgresql", "redis"],
  *check(manifests) {
    const ranges = ofKind(manifests, "LimitRange").flatMap(({ body }) => objects(at(body, "spec", "limits")));
    const range = ranges.find(({ type }) => type === "Container") ?? {};
    for (const workload of workloads(manifests)) {
      for (const container of workload.containers) yield* amounts(workload.manifest, container, range);
      yield* scratch(workload);
    }
    for (const manifest of ofKind(manifests, "Issuer")) yield* solvers(manifest, range);
  },
};

function* solvers(manifest: Manifest, range: JsonObject): Iterable<Finding> {
  for (const { item: solver, path } of items(
    at(manifest.body, "spec", "acme", "solvers"),
    "spec.acme.solvers",
  )) {
    const container = asObject(at(solver, "http01", "ingress", "podTemplate", "spec"));
    const place = `${path}.http01.ingress.podTemplate.spec`;
    yield* amounts(manifest, { name: "solver", container, path: place, init: false }, range);
  }
}

function* amounts(manifest: Manifest, { container, path }: Container, range: JsonObject): Iterable<Finding> {
  const { requests, limits } = asObject(container["resources"]);
  for (const name of ["cpu", "memory", "ephemeral-storage"]) {
    const [request, limit] = [at(requests, name), at(limits, name)].map((amount) =>
      amount === undefined ? undefined : quantity(text(amount)),
    );
    if (request !== undefined && limit !== undefined && !(request <= limit))
      yield {
        manifest,
        path: `${path}.resources.requests["${name}"]`,
        message: `is ${text(at(requests, name))}, above the limit of ${text(at(limits, name))}`,
      };
    const given = text(at(range, "default", name));
    if (request !== undefined && limit === undefined && given !== "" && !(request <= quantity(given)))
      yield {
        manifest,
        path: `${path}.resources.requests["${name}"]`,
        message: `is ${text(at(requests, name))}, above the limit of ${given} that the LimitRange gives where none is set; set a limit of as much`,
      };
    const [least, most] = [at(range, "min", name), at(range, "max", name)].map((bound) => text(bound));
    if (least !== undefined && least !== "" && request !== undefined && !(request >= quantity(least)))
      yield {
        manifest,
        path: `${path}.resources.requests["${name}"]`,
        message: `is ${text(at(requests, name))}; the LimitRange admits ${least} and more`,
      };
    if (most !== undefined && most !== "" && limit !== undefined && !(limit <= quantity(most)))
      yield {
        manifest,
        path: `${path}.resources.limits["${name}"]`,
        message: `is ${text(at(limits, name))}; the LimitRange admits ${most} at most`,
      };
  }
}

/** Memory volumes count against the containers that mount them; others against the node's disk. */
function* scratch(workload: Workload): Iterable<Finding> {
  const { manifest, pod, path } = workload;
  for (const { item: volume, path: place } of items(pod["volumes"], `${path}.volumes`)) {
    const directory = volume["emptyDir"];
    if (directory === undefined) continue;
    const size = text(at(directory, "sizeLimit"));
    if (size === "") {
      yield {
        manifest,
        path: `${place}.emptyDir.sizeLimit`,
        message: "is not set: the pod may fill its node",
      };
      continue;
    }
    if (at(directory, "medium") !== "Memory") continue;
    for (const { container, name } of workload.containers) {
      const mounted = objects(container["volumeMounts"]).some((mount) => mount["name"] === volume["name"]);
      const limit = text(at(container, "resources", "limits", "memory"));
      if (mounted && limit !== "" && !(quantity(size) < quantity(limit)))
        yield {
          manifest,
          path: `${place}.emptyDir.sizeLimit`,
          message: `is ${size} of memory, as much as the limit of ${name} (${limit}): filling it kills the container`,
        };
    }
  }
}

function quantity(amount: string): number {
  return isQuantity(amount) ? parseQuantity(amount) : Number.NaN;
}
