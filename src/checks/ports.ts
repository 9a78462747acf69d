import { asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { at, find, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { listed, matches, selectedPods } from "./selection.ts";
import { type Workload, workloads } from "./workloads.ts";

/**
 * Every port that something names is there: of probes in their container, of Services in all pods that they select, of
 * monitors and the Ingress in the Service. A Service keeps the pod's number: clients and network policies read the same.
 */
export const ports: Rule = {
  id: "ports",
  reason: "a port that nobody listens on answers nobody, and a pod whose probe asks it is never Ready",
  source: "Kubernetes API reference, ServicePort, Probe, ContainerPort; Prometheus Operator, Endpoint",
  values: ["service.port", "service.metricsPort", "monitoring.serviceMonitor"],
  *check(manifests) {
    for (const workload of workloads(manifests)) yield* pods(workload);
    for (const manifest of ofKind(manifests, "Service")) yield* service(manifests, manifest);
    for (const manifest of ofKind(manifests, "ServiceMonitor")) yield* monitor(manifests, manifest);
    for (const manifest of ofKind(manifests, "Ingress")) yield* ingress(manifests, manifest);
  },
};

function* pods(workload: Workload): Iterable<Finding> {
  const { manifest } = workload;
  const names = new Set<string>();
  for (const { container, path } of workload.containers) {
    const own = objects(container["ports"]);
    for (const { item: port, path: place } of items(container["ports"], `${path}.ports`)) {
      const name = text(port["name"]);
      if (!inRange(port["containerPort"]))
        yield { manifest, path: `${place}.containerPort`, message: outside(port["containerPort"]) };
      if (names.has(name))
        yield { manifest, path: `${place}.name`, message: `${name} is another port of the pod` };
      names.add(name);
    }
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      for (const way of ["httpGet", "tcpSocket", "grpc"]) {
        const port = at(container, probe, way, "port");
        if (port !== undefined && !own.some((one) => one["name"] === port || one["containerPort"] === port))
          yield {
            manifest,
            path: `${path}.${probe}.${way}.port`,
            message: `is ${text(port)}, which the container lacks; it has ${listed(own.map((one) => text(one["name"])))}`,
          };
      }
    }
  }
}

function* service(manifests: readonly Manifest[], manifest: Manifest): Iterable<Finding> {
  const selected = selectedPods(manifests, asObject(at(manifest.body, "spec", "selector")));
  for (const { item: port, path } of items(at(manifest.body, "spec", "ports"), "spec.ports")) {
    if (!inRange(port["port"])) yield { manifest, path: `${path}.port`, message: outside(port["port"]) };
    const target = port["targetPort"] ?? port["port"];
    for (const workload of selected) {
      const known = workload.containers.flatMap(({ container }) => objects(container["ports"]));
      const found = known.find((one) => one["name"] === target || one["containerPort"] === target);
      if (!found)
        yield {
          manifest,
          path: `${path}.targetPort`,
          message: `is ${text(target)}, which the pods of ${workload.manifest.name} lack; they have ${listed(known.map((one) => text(one["name"])))}`,
        };
      else if (inRange(port["port"]) && found["containerPort"] !== port["port"])
        yield {
          manifest,
          path: `${path}.port`,
          message: `is ${text(port["port"])}, but the pods of ${workload.manifest.name} listen on ${text(found["containerPort"])}, which the network policies name`,
        };
    }
  }
}

function* monitor(manifests: readonly Manifest[], manifest: Manifest): Iterable<Finding> {
  const selector = at(manifest.body, "spec", "selector");
  const services = ofKind(manifests, "Service").filter(({ body }) =>
    matches(selector, asObject(at(body, "metadata", "labels"))),
  );
  for (const { item: endpoint, path } of items(at(manifest.body, "spec", "endpoints"), "spec.endpoints")) {
    for (const { name, body } of services) {
      const known = objects(at(body, "spec", "ports")).map((port) => text(port["name"]));
      if (!known.includes(text(endpoint["port"])))
        yield {
          manifest,
          path: `${path}.port`,
          message: `is ${text(endpoint["port"])}, which the Service ${name} lacks; it has ${listed(known)}`,
        };
    }
  }
}

function* ingress(manifests: readonly Manifest[], manifest: Manifest): Iterable<Finding> {
  for (const { item: rule, path } of items(at(manifest.body, "spec", "rules"), "spec.rules")) {
    for (const { item: route, path: place } of items(at(rule, "http", "paths"), `${path}.http.paths`)) {
      const backend: JsonObject = asObject(at(route, "backend", "service"));
      const target = find(manifests, "Service", text(backend["name"]));
      if (!target) continue;
      const known = objects(at(target.body, "spec", "ports"));
      const wanted = at(backend, "port", "name") ?? at(backend, "port", "number");
      if (!known.some((own) => own["name"] === wanted || own["port"] === wanted))
        yield {
          manifest,
          path: `${place}.backend.service.port`,
          message: `is ${text(wanted)}, which the Service ${target.name} lacks; it has ${listed(known.map((own) => text(own["port"])))}`,
        };
    }
  }
}

function inRange(port: Json | undefined): boolean {
  return typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function outside(port: Json | undefined): string {
  return `is ${text(port)}; a port is a number from 1 to 65535`;
}
