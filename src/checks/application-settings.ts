import { asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { at, find, objects, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { workloads } from "./workloads.ts";

/** Names that the deployment guide sets and Uvicorn does not read, with the option that acts. */
const acting: Readonly<Record<string, string>> = { UVICORN_MAX_REQUESTS: "UVICORN_LIMIT_MAX_REQUESTS" };

/** The application is told what its pod is: its metrics' port, at least one worker, options by the names that act. */
export const applicationSettings: Rule = {
  id: "application-settings",
  reason:
    "a setting under a name that nobody reads acts on nothing, and one that differs from the pod acts wrongly",
  source:
    "Uvicorn, Settings (environment variables by the prefix UVICORN_); Prometheus Python client, Multiprocess Mode",
  values: ["env", "service.metricsPort"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      if (workload.manifest.kind !== "Deployment") continue;
      for (const { container } of workload.containers) {
        for (const source of objects(container["envFrom"])) {
          const manifest = find(manifests, "ConfigMap", text(at(source, "configMapRef", "name")));
          if (!manifest) continue;
          for (const [name, message] of wrong(asObject(manifest.body["data"]), container))
            yield { manifest, path: `data.${name}`, message } satisfies Finding;
        }
      }
    }
  },
};

function* wrong(data: JsonObject, container: JsonObject): Iterable<readonly [string, string]> {
  for (const [name, other] of Object.entries(acting)) {
    if (data[name] !== undefined && data[name] !== data[other])
      yield [
        other,
        `is ${text(data[other]) || "not set"}, but ${name}, which Uvicorn does not read, is ${text(data[name])}; set both alike`,
      ];
  }
  const workers = Number(text(data["UVICORN_WORKERS"]) || "1");
  if (!(Number.isInteger(workers) && workers >= 1))
    yield ["UVICORN_WORKERS", `is ${workers}; at least 1 serves`];
  const open = objects(container["ports"]).find((port) => port["name"] === "metrics")?.["containerPort"];
  const told = text(data["PROMETHEUS_METRICS_PORT"]);
  if (open !== undefined && told !== "" && told !== text(open))
    yield [
      "PROMETHEUS_METRICS_PORT",
      `is ${told}, but the pod opens ${text(open)} for metrics; one number for both`,
    ];
  const folder = text(data["PROMETHEUS_MULTIPROC_DIR"]);
  const mounted = objects(container["volumeMounts"]).some(({ mountPath }) => mountPath === folder);
  if (workers > 1 && !mounted)
    yield [
      "PROMETHEUS_MULTIPROC_DIR",
      `is ${folder || "not set"}, where nothing is mounted: each of ${workers} workers would tell its own numbers`,
    ];
}
