import { asArray, asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, number, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { selectedPods } from "./selection.ts";
import { type Workload, workloads } from "./workloads.ts";

// What the application promises to serve (the deployment guide's probes); another path is answered with 404.
const served = { live: ["/health"], ready: ["/health/ready"] } as const;
// Commands that succeed while the server refuses, loads or recovers (PostgreSQL 15, pg_isready; Redis, redis-cli).
const shallow = new Set(["pg_isready", "redis-cli"]);
// A cold start reads models; PostgreSQL's crash recovery is no reason to be killed: its probe of liveness tells them apart.
const least = { start: 60, live: 30 } as const;
const most = { timeout: 30, ready: 300 } as const;

/** Who serves is asked whether it is ready and whether it lives, by two questions, with patience for a slow start. */
export const probes: Rule = {
  id: "probes",
  reason: "a probe that asks the wrong question sends clients to a dead server, or kills one that recovers",
  source: "Kubernetes, Configure Liveness, Readiness and Startup Probes; PostgreSQL 15, pg_isready",
  values: ["postgresql.probeSeconds", "redis.probeSeconds", "service.port"],
  *check(manifests) {
    for (const workload of workloads(manifests)) {
      if (workload.manifest.kind !== "Deployment" && workload.manifest.kind !== "StatefulSet") continue;
      const offered = offeredPorts(manifests, workload);
      for (const { container, path, init } of workload.containers) {
        const serves = objects(container["ports"]).some((port) => offered.has(text(port["name"])));
        if (!init && serves) yield* asked(workload.manifest, container, path);
        for (const kind of ["startupProbe", "readinessProbe", "livenessProbe"])
          yield* question(workload.manifest, asObject(container[kind]), `${path}.${kind}`);
      }
    }
  },
};

/** Ports by which Services offer the pods to clients; metrics are not offered but scraped. */
function offeredPorts(manifests: readonly Manifest[], workload: Workload): ReadonlySet<string> {
  const services = ofKind(manifests, "Service").filter(({ body }) =>
    selectedPods(manifests, asObject(at(body, "spec", "selector"))).includes(workload),
  );
  return new Set(
    services
      .flatMap(({ body }) => objects(at(body, "spec", "ports")))
      .map((port) => text(port["targetPort"]))
      .filter((name) => name !== "metrics"),
  );
}

function* asked(manifest: Manifest, container: JsonObject, path: string): Iterable<Finding> {
  const live = asObject(container["livenessProbe"]);
  const ready = asObject(container["readinessProbe"]);
  const start = asObject(container["startupProbe"]);
  for (const [name, probe] of [
    ["readinessProbe", ready],
    ["livenessProbe", live],
  ] as const) {
    if (Object.keys(probe).length === 0)
      yield { manifest, path: `${path}.${name}`, message: "is not set on a container that a Service offers" };
  }
  if (at(live, "httpGet") !== undefined || Object.keys(start).length > 0) {
    if (patience(start) < least.start)
      yield {
        manifest,
        path: `${path}.startupProbe`,
        message: `gives ${patience(start)} s to start; a cold start needs ${least.start} s, or liveness kills it again and again`,
      };
  }
  const allowed = patience(live);
  if (Object.keys(live).length > 0 && allowed < least.live)
    yield {
      manifest,
      path: `${path}.livenessProbe.failureThreshold`,
      message: `kills after ${allowed} s; a stall of ${least.live} s is no death`,
    };
  if (patience(ready) > most.ready)
    yield {
      manifest,
      path: `${path}.readinessProbe.periodSeconds`,
      message: `notices after ${patience(ready)} s; clients wait that long for a dead pod, ${most.ready} s at most fit`,
    };
  if (Object.keys(live).length > 0 && query(live) === query(ready) && at(live, "tcpSocket") === undefined)
    yield {
      manifest,
      path: `${path}.livenessProbe`,
      message: "asks what readiness asks: whatever makes the pod unready kills it too",
    };
}

function* question(manifest: Manifest, probe: JsonObject, path: string): Iterable<Finding> {
  if (Object.keys(probe).length === 0) return;
  const [command, argument] = asArray(at(probe, "exec", "command")).map(text);
  if (command !== undefined && shallow.has(command.split("/").at(-1) ?? ""))
    yield {
      manifest,
      path: `${path}.exec.command`,
      message: `is ${command}, which succeeds while the server refuses or recovers; run a script that reads the answer`,
    };
  else if (command !== undefined && argument === undefined)
    yield { manifest, path: `${path}.exec.command`, message: `runs ${command} and asks nothing` };
  const page = at(probe, "httpGet", "path");
  const wanted: readonly string[] = path.endsWith("readinessProbe") ? served.ready : served.live;
  if (page !== undefined && !wanted.includes(text(page)))
    yield { manifest, path: `${path}.httpGet.path`, message: `is ${text(page)}; ${wanted.join(", ")} fits` };
  const timeout = number(probe["timeoutSeconds"]) ?? 1;
  if (timeout > most.timeout)
    yield {
      manifest,
      path: `${path}.timeoutSeconds`,
      message: `is ${timeout} s: a hanging server counts as healthy for so long; at most ${most.timeout} fits`,
    };
}

function patience(probe: JsonObject): number {
  if (Object.keys(probe).length === 0) return 0;
  return (number(probe["periodSeconds"]) ?? 10) * (number(probe["failureThreshold"]) ?? 3);
}

function query(probe: JsonObject): string {
  const { exec, httpGet, tcpSocket, grpc }: { readonly [key: string]: Json } = probe;
  return JSON.stringify([exec ?? null, httpGet ?? null, tcpSocket ?? null, grpc ?? null]);
}
