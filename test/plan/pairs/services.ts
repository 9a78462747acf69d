import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

const namespace = "plan-pairs";

function service(name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80 }], ...spec },
  };
}

/** Services of every type. */
export const serviceFamilies: readonly Family[] = [
  {
    name: "Service",
    base: service("plain", {}),
    edits: {
      selector: { spec: { selector: { app: "other" } } },
      port: { spec: { ports: [{ name: "http", port: 81 }] } },
      "target port": { spec: { ports: [{ name: "http", port: 80, targetPort: 8080 }] } },
      "named target port": { spec: { ports: [{ name: "http", port: 80, targetPort: "http" }] } },
      "port defaults written out": {
        spec: { ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 80 }] },
      },
      "second port": {
        spec: {
          ports: [
            { name: "http", port: 80 },
            { name: "metrics", port: 9090 },
          ],
        },
      },
      "defaults written out": {
        spec: { type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" },
      },
      "address None": { spec: { clusterIP: "None" } },
      "address pinned": { spec: { clusterIP: "10.96.7.7" } },
      "type NodePort": { spec: { type: "NodePort" } },
      "type LoadBalancer": { spec: { type: "LoadBalancer" } },
      "session affinity": { spec: { sessionAffinity: "ClientIP" } },
      "publish not ready": { spec: { publishNotReadyAddresses: true } },
      "publish not ready false written out": { spec: { publishNotReadyAddresses: false } },
      annotation: { metadata: { annotations: { a: "b" } } },
    },
  },
  {
    name: "headless Service",
    base: service("headless", { clusterIP: "None" }),
    edits: {
      "address removed": { spec: { clusterIP: null } },
      "address pinned": { spec: { clusterIP: "10.96.7.8" } },
      "publish not ready": { spec: { publishNotReadyAddresses: true } },
    },
  },
  {
    name: "pinned Service",
    base: service("pinned", { clusterIP: "10.96.7.9" }),
    edits: {
      "address removed": { spec: { clusterIP: null } },
      "other address": { spec: { clusterIP: "10.96.7.10" } },
      "address None": { spec: { clusterIP: "None" } },
    },
  },
  {
    name: "LoadBalancer Service",
    base: service("balanced", { type: "LoadBalancer" }),
    edits: {
      "traffic policy Local": { spec: { externalTrafficPolicy: "Local" } },
      "traffic policy written out": {
        spec: { externalTrafficPolicy: "Cluster", allocateLoadBalancerNodePorts: true },
      },
      "class set": { spec: { loadBalancerClass: "example.com/one" } },
      "source ranges": { spec: { loadBalancerSourceRanges: ["10.0.0.0/8"] } },
      "type ClusterIP": { spec: { type: "ClusterIP" } },
    },
  },
  {
    name: "NodePort Service",
    base: service("node-port", { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: 30_123 }] }),
    edits: {
      "node port removed": { spec: { ports: [{ name: "http", port: 80 }] } },
      "other node port": { spec: { ports: [{ name: "http", port: 80, nodePort: 30_124 }] } },
    },
  },
  {
    name: "external Service",
    base: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "external", namespace },
      spec: { type: "ExternalName", externalName: "db.example" },
    },
    edits: { "other name": { spec: { externalName: "db2.example" } } },
  },
];
