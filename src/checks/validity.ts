import { isQuantity } from "../kubernetes/quantity.ts";
import { ingressPathProblem } from "../kubernetes/ingress-path.ts";
import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { scheduleProblem } from "../kubernetes/schedule.ts";
import { at, items, number, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { type Workload, workloads } from "./workloads.ts";

const label = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const mostMode = 0o777;

/** Values that no schema tells apart have a form that the API server takes. */
export const validity: Rule = {
  id: "validity",
  reason: "the API server refuses the object otherwise, and the sync stops in its middle",
  source: "Kubernetes, validation of pods, CronJobs and Ingresses (pkg/apis/core, batch and networking)",
  values: ["ingress.hosts", "postgresql.backup", "redis.backup", "backupCopy.schedule"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      yield* containers(workload);
      yield* volumes(workload);
    }
    for (const manifest of ofKind(manifests, "CronJob")) {
      const problem = scheduleProblem(text(at(manifest.body, "spec", "schedule")));
      if (problem !== undefined)
        yield { manifest, path: "spec.schedule", message: `is no time that there is: ${problem}` };
    }
    for (const manifest of ofKind(manifests, "Ingress")) yield* routes(manifest);
  },
};

function* containers({ manifest, containers: all }: Workload): Iterable<Finding> {
  for (const { name, container, path } of all) {
    const tell = (place: string, message: string): Finding => ({
      manifest,
      path: `${path}.${place}`,
      message,
    });
    if (!label.test(name)) yield tell("name", `"${name}" is no name: lower-case letters, digits and hyphens`);
    if (all.filter((other) => other.name === name).length > 1)
      yield tell("name", `${name} names two containers`);
    for (const { item, path: place } of items(container["env"], "env")) {
      const variable = text(item["name"]);
      if (variable === "" || variable.includes("=")) yield tell(place, `"${variable}" names no variable`);
    }
    const mounts = items(container["volumeMounts"], "volumeMounts");
    for (const { item, path: place } of mounts) {
      const mountPath = text(item["mountPath"]);
      if (!mountPath.startsWith("/")) yield tell(place, `"${mountPath}" is no absolute path`);
      if (mounts.filter((other) => other.item["mountPath"] === mountPath).length > 1)
        yield tell(place, `${mountPath} is mounted twice`);
    }
  }
}

function* volumes({ manifest, pod, path }: Workload): Iterable<Finding> {
  for (const { item: volume, path: place } of items(pod["volumes"], `${path}.volumes`)) {
    const sources = [volume["configMap"], volume["secret"], volume["projected"]].map(asObject);
    const files = sources.flatMap((source) => items(source["items"], place));
    for (const { defaultMode } of sources)
      if (!isMode(defaultMode)) yield { manifest, path: place, message: modeMessage("defaultMode") };
    for (const { item } of files) {
      if (!isMode(item["mode"])) yield { manifest, path: place, message: modeMessage("mode") };
      if (!isWithin(text(item["path"])))
        yield { manifest, path: place, message: `puts "${text(item["path"])}" outside of itself` };
    }
    const limit = at(volume, "emptyDir", "sizeLimit");
    if (limit !== undefined && !isQuantity(text(limit)))
      yield { manifest, path: place, message: `has the size "${text(limit)}", which is no quantity` };
  }
}

function isMode(mode: JsonObject[string] | undefined): boolean {
  const bits = mode === undefined ? 0 : (number(mode) ?? -1);
  return bits >= 0 && bits <= mostMode;
}

function modeMessage(name: string): string {
  return `has a ${name} that is none: 0 to 0777`;
}

function isWithin(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..");
}

function* routes(manifest: Manifest): Iterable<Finding> {
  for (const { item: rule, path } of items(at(manifest.body, "spec", "rules"), "spec.rules"))
    for (const { item, path: place } of items(at(rule, "http", "paths"), `${path}.http.paths`)) {
      const problem = ingressPathProblem(text(item["path"]), text(item["pathType"]));
      if (problem !== undefined)
        yield { manifest, path: `${place}.path`, message: `"${text(item["path"])}" ${problem}` };
    }
}
