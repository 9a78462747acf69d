import { asObject, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, number, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { readSettings } from "./server-settings.ts";
import { selectedPods } from "./selection.ts";
import { type Workload, workloads } from "./workloads.ts";

/**
 * Waiting nests: the pooler gives up no later than the application, the application before the edge, so that the inner
 * error is the one that is seen; an idle connection is closed by the edge first; a pod ends after all that it serves.
 */
export const timeouts: Rule = {
  id: "timeouts",
  reason:
    "an outer timeout hides the inner error, and a connection that the server closes first gives clients a 502",
  source:
    "Uvicorn, Settings; Traefik, ServersTransport; SQLAlchemy, QueuePool; Kubernetes, Pod Lifecycle, Termination",
  values: ["ingress.timeouts", "app.termination", "env"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      if (workload.manifest.kind === "Deployment" && offered(manifests, workload))
        yield* termination(manifests, workload);
    }
    const variables = find(manifests, "ConfigMap", "apg-cash-management-config");
    if (!variables) return;
    const data = asObject(variables.body["data"]);
    yield* pooler(manifests, data);
    const transport = find(manifests, "ServersTransport", "application");
    if (transport) yield* edge(variables, transport);
  },
};

function* edge(variables: Manifest, transport: Manifest): Iterable<Finding> {
  const variable = (name: string): number => Number(text(at(variables.body, "data", name)) || Number.NaN);
  const timeout = (name: string): number =>
    seconds(text(at(transport.body, "spec", "forwardingTimeouts", name)));
  const [idle, response] = [timeout("idleConnTimeout"), timeout("responseHeaderTimeout")];
  for (const [name, fits, message] of [
    [
      "UVICORN_TIMEOUT_KEEP_ALIVE",
      (own: number) => own > idle,
      `the edge keeps a connection for ${idle} s and then finds it closed (502); set it above ${idle}`,
    ],
    [
      "DATABASE_POOL_TIMEOUT",
      (own: number) => own < response,
      `the edge gives up after ${response} s and hides the reason; set it below ${response}`,
    ],
    [
      "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN",
      (own: number) => own >= response,
      `a request may take ${response} s at the edge; set it to at least ${response}`,
    ],
  ] as const) {
    const own = variable(name);
    if (!fits(own))
      yield { manifest: variables, path: `data.${name}`, message: `is ${own} s, but ${message}` };
  }
}

/** A query that waits in the pooler for longer than the application's own pool is answered to nobody. */
function* pooler(manifests: readonly Manifest[], data: JsonObject): Iterable<Finding> {
  const application = Number(text(data["DATABASE_POOL_TIMEOUT"]) || Number.NaN);
  for (const manifest of ofKind(manifests, "ConfigMap")) {
    const files = asObject(manifest.body["data"]);
    if (files["pgbouncer.ini"] === undefined) continue;
    const settings = new Map(Object.values(files).flatMap((file) => [...readSettings(text(file))]));
    const wait = Number(settings.get("query_wait_timeout") ?? "120");
    if (!(wait > 0 && wait <= application))
      yield {
        manifest,
        path: "data query_wait_timeout",
        message: `is ${wait} s, but the application waits ${application} s; at most that fits`,
      };
  }
}

function* termination(manifests: readonly Manifest[], workload: Workload): Iterable<Finding> {
  const { manifest, pod, path } = workload;
  const grace = number(pod["terminationGracePeriodSeconds"]) ?? 30;
  for (const { container, path: place, name } of workload.containers) {
    const serves = objects(container["ports"]).some((port) => port["name"] !== "metrics");
    if (!serves) continue;
    const stop = preStop(container);
    if (!(stop > 0))
      yield {
        manifest,
        path: `${place}.lifecycle.preStop`,
        message: `lets ${name} close its port while clients are still sent to it; a sleep of some seconds fits`,
      };
    const drain = drainOf(manifests, container);
    if (grace < stop + drain)
      yield {
        manifest,
        path: `${path}.terminationGracePeriodSeconds`,
        message: `is ${grace} s, less than the preStop of ${stop} s and the shutdown of ${drain} s; set it above ${stop + drain}`,
      };
  }
}

function preStop(container: JsonObject): number {
  const hook = at(container, "lifecycle", "preStop");
  const words = JSON.stringify(at(hook, "exec", "command") ?? []);
  const slept = /sleep\W+(?<seconds>\d+)/.exec(words)?.groups?.["seconds"];
  return number(at(hook, "sleep", "seconds")) ?? Number(slept ?? "0");
}

function drainOf(manifests: readonly Manifest[], container: JsonObject): number {
  const files = objects(container["envFrom"]).map((source) =>
    find(manifests, "ConfigMap", text(at(source, "configMapRef", "name"))),
  );
  const drains = files.map((file) =>
    Number(text(at(file?.body, "data", "UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN")) || "0"),
  );
  return Math.max(0, ...drains);
}

function offered(manifests: readonly Manifest[], workload: Workload): boolean {
  return ofKind(manifests, "Service").some(({ body }) =>
    selectedPods(manifests, asObject(at(body, "spec", "selector"))).includes(workload),
  );
}

function seconds(duration: string): number {
  const { amount, unit } = /^(?<amount>\d+)(?<unit>s|m)?$/.exec(duration)?.groups ?? {};
  return Number(amount ?? Number.NaN) * (unit === "m" ? 60 : 1);
}
