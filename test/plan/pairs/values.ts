import type { JsonObject } from "../../../src/kubernetes/manifest.ts";
import type { Family } from "./pair.ts";

// Values that the server's validation looks at, good and bad, each from a good object and back to it.
const namespace = "plan-pairs";
const meta = (name: string): JsonObject => ({ name, namespace });

const container = { name: "web", image: "registry.example/web:1" } as const;
const podWith = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const containerWith = (fields: JsonObject): JsonObject =>
  podWith({ containers: [{ ...container, ...fields }] });
const resources = (requests: JsonObject, limits: JsonObject = {}): JsonObject =>
  containerWith({ resources: { requests, limits } });

const workload: Family = {
  name: "values of a Deployment",
  base: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: meta("values"),
    spec: {
      selector: { matchLabels: { app: "values" } },
      template: { metadata: { labels: { app: "values" } }, spec: { containers: [container] } },
    },
  },
  edits: {
    "unknown pull policy": containerWith({ imagePullPolicy: "Often" }),
    "highest port": containerWith({ ports: [{ containerPort: 65_535 }] }),
    "port above the highest": containerWith({ ports: [{ containerPort: 70_000 }] }),
    "variable without a name": containerWith({ env: [{ value: "1" }] }),
    "mount of no volume": containerWith({ volumeMounts: [{ name: "gone", mountPath: "/x" }] }),
    "request above its limit": resources({ cpu: "2" }, { cpu: "1500m" }),
    "request equal to its limit": resources({ cpu: "1" }, { cpu: "1000m" }),
    "negative request": resources({ cpu: "-1" }),
    "request that is no quantity": resources({ memory: "much" }),
    "request with a space": resources({ memory: "1 Gi" }),
    "request with two points": resources({ cpu: "1.5.5" }),
    "request with an exponent": resources({ memory: "1e9" }),
    "no container": podWith({ containers: [] }),
    "two containers of one name": podWith({ containers: [container, { ...container, image: "other:1" }] }),
    "node selector": podWith({ nodeSelector: { "node-type": "application" } }),
    "node selector that is no label": podWith({ nodeSelector: { "node-type": "a b" } }),
    "tolerations of each form": podWith({
      tolerations: [
        { key: "application", value: "true" },
        { key: "application", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
        { operator: "Exists" },
      ],
    }),
    "toleration of any value with a value": podWith({
      tolerations: [{ key: "application", operator: "Exists", value: "true" }],
    }),
    "toleration without a key": podWith({ tolerations: [{ value: "true" }] }),
    "toleration of a key that is none": podWith({ tolerations: [{ key: "a b", operator: "Exists" }] }),
    "toleration of a value that is none": podWith({ tolerations: [{ key: "application", value: "a b" }] }),
    "toleration for a time of another effect": podWith({
      tolerations: [{ key: "a", operator: "Exists", effect: "NoSchedule", tolerationSeconds: 30 }],
    }),
    "no selector": { spec: { selector: null } },
    "fewer than no pods": { spec: { replicas: -1 } },
  },
};

const service: Family = {
  name: "values of a Service",
  base: {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta("values"),
    spec: { selector: { app: "values" }, ports: [{ port: 80 }] },
  },
  edits: {
    "unknown type": { spec: { type: "Public" } },
    "port above the highest": { spec: { ports: [{ port: 70_000 }] } },
  },
};

const cronJob: Family = {
  name: "values of a CronJob",
  base: {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta("values"),
    spec: {
      schedule: "0 1 * * *",
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [container] } } } },
    },
  },
  edits: Object.fromEntries([
    ["unknown concurrency policy", { spec: { concurrencyPolicy: "Maybe" } }],
    ...[
      "*/5 8-18 1,15 JAN-mar MON-FRI",
      "@daily",
      "@every 90m",
      "0 0 ? * SUN",
      "5/10 * * * 0",
      "77 7 * * *",
      "0 24 * * *",
      "0 1 0 * *",
      "0 1 * 13 *",
      "0 1 * * 7",
      "0 1 * *",
      "0 1 * * * *",
      "0 9-5 * * *",
      "*/0 * * * *",
      "a 1 * * *",
      "@sometimes",
      "@every soon",
      "TZ=UTC 0 1 * * *",
    ].map((schedule) => [`schedule ${schedule}`, { spec: { schedule } }] as const),
    ["empty schedule", { spec: { schedule: "" } }],
    ["time zone", { spec: { timeZone: "Africa/Nairobi" } }],
    ["unknown time zone", { spec: { timeZone: "Africa/Atlantis" } }],
  ]),
};

const quota: Family = {
  name: "values of a ResourceQuota",
  base: {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: meta("values"),
    spec: { hard: { "limits.cpu": "4", pods: "10" } },
  },
  edits: {
    "no quantity": { spec: { hard: { "limits.cpu": "many" } } },
    negative: { spec: { hard: { "limits.cpu": "-1" } } },
    number: { spec: { hard: { "limits.cpu": 5 } } },
    "number with a fraction": { spec: { hard: { "limits.cpu": 4.5 } } },
    "other notation": { spec: { hard: { "limits.cpu": "4000m" } } },
    "half a pod": { spec: { hard: { pods: "1.5" } } },
    exponent: { spec: { hard: { pods: "1e1" } } },
    "unknown resource": { spec: { hard: { "limits.cpus": "4" } } },
    "resource of an extension": { spec: { hard: { "requests.example.com/gpu": "1" } } },
    "count of a kind": { spec: { hard: { "count/deployments.apps": "5" } } },
  },
};

const others: readonly Family[] = [
  {
    name: "values of a ConfigMap",
    base: { apiVersion: "v1", kind: "ConfigMap", metadata: meta("values"), data: { a: "1" } },
    edits: { "key with a slash": { data: { "a/b": "1" } } },
  },
  {
    name: "values of a PodDisruptionBudget",
    base: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: meta("values"),
      spec: { minAvailable: 1, selector: { matchLabels: { app: "values" } } },
    },
    edits: { "both budgets": { spec: { maxUnavailable: 1 } } },
  },
  {
    name: "values of a NetworkPolicy",
    base: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: meta("values"),
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    },
    edits: {
      "unknown direction": { spec: { policyTypes: ["Sideways"] } },
      "range that is none": { spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/33" } }] }] } },
      "range with bits beyond its prefix": {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.1.2.3/8" } }] }] },
      },
      "range less a part of it": {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }] }] },
      },
      "range less all of it": {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] } }] }] },
      },
      "range less another one": {
        spec: { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }] }] },
      },
    },
  },
  {
    name: "values of a Role",
    base: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: meta("values"),
      rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
    },
    edits: { "rule without verbs": { rules: [{ apiGroups: [""], resources: ["pods"] }] } },
  },
  {
    name: "values of an Ingress",
    base: ingress("shop.example", "Prefix"),
    edits: {
      "other path type": { spec: ingress("shop.example", "Exact")["spec"] ?? null },
      "host with capitals": { spec: ingress("Shop.example", "Prefix")["spec"] ?? null },
      "path with an empty segment": { spec: ingress("shop.example", "Prefix", "/a//b")["spec"] ?? null },
      "path that goes up": { spec: ingress("shop.example", "Exact", "/a/..")["spec"] ?? null },
      "path with an empty segment that the controller compares": {
        spec: ingress("shop.example", "ImplementationSpecific", "/a//b")["spec"] ?? null,
      },
      "relative path": { spec: ingress("shop.example", "Prefix", "a")["spec"] ?? null },
      "unknown path type": { spec: ingress("shop.example", "Sometimes")["spec"] ?? null },
    },
  },
  {
    name: "values of a StatefulSet",
    base: {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: meta("values"),
      spec: {
        serviceName: "values",
        selector: { matchLabels: { app: "values" } },
        template: { metadata: { labels: { app: "values" } }, spec: { containers: [container] } },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    edits: {
      "mount of a claim template": containerWith({ volumeMounts: [{ name: "data", mountPath: "/data" }] }),
    },
  },
];

function ingress(host: string, pathType: string, path = "/"): JsonObject {
  const backend = { service: { name: "values", port: { number: 80 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: meta("values"),
    spec: { rules: [{ host, http: { paths: [{ path, pathType, backend }] } }] },
  };
}

/** Values of the kinds, good and bad. */
export const valueFamilies: readonly Family[] = [workload, service, cronJob, quota, ...others];
