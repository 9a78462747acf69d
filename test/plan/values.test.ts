import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { configMap, database, deployment } from "./fixtures.ts";
import { planObjects } from "./trees.ts";

const inPod = (spec: JsonObject, more: JsonObject = {}): JsonObject =>
  deployment({ spec: { ...more, template: { spec } } });
const inContainer = (container: JsonObject): JsonObject =>
  inPod({ containers: [{ name: "web", image: "i:1", ...container }] });
const of = (apiVersion: string, kind: string, body: JsonObject): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", namespace: "shop" },
  ...body,
});
const ingress = (host: string, pathType: string): JsonObject =>
  of("networking.k8s.io/v1", "Ingress", {
    spec: {
      rules: [
        {
          host,
          http: {
            paths: [{ path: "/", pathType, backend: { service: { name: "a", port: { number: 1 } } } }],
          },
        },
      ],
    },
  });

// A server of 1.37.2 refuses each; the words are those of its validation code.
const bad: readonly (readonly [string, JsonObject, string])[] = [
  ["an unknown pull policy", inContainer({ imagePullPolicy: "Often" }), "Unsupported value"],
  ["a port that there is not", inContainer({ ports: [{ containerPort: 70_000 }] }), "between 1 and 65535"],
  ["a variable without a name", inContainer({ env: [{ value: "1" }] }), "Required value"],
  ["a mount of no volume", inContainer({ volumeMounts: [{ name: "gone", mountPath: "/x" }] }), "Not found"],
  [
    "a request above its limit",
    inContainer({ resources: { requests: { cpu: "2" }, limits: { cpu: "1500m" } } }),
    "less than or equal to cpu limit",
  ],
  ["no container", inPod({ containers: [] }), "Required value"],
  [
    "two containers of one name",
    inPod({
      containers: [
        { name: "a", image: "i" },
        { name: "a", image: "j" },
      ],
    }),
    "Duplicate value",
  ],
  ["fewer than no pods", deployment({ spec: { replicas: -1 } }), "greater than or equal to 0"],
  ["a key with a slash", configMap("x", { "a/b": "1" }), "valid config key"],
  [
    "an unknown type of Service",
    of("v1", "Service", { spec: { type: "Public", ports: [{ port: 1 }] } }),
    "Unsupported value",
  ],
  [
    "a Service's port that there is not",
    of("v1", "Service", { spec: { ports: [{ port: 70_000 }] } }),
    "between 1 and 65535",
  ],
  [
    "both budgets",
    of("policy/v1", "PodDisruptionBudget", { spec: { minAvailable: 1, maxUnavailable: 1 } }),
    "cannot be both set",
  ],
  [
    "an unknown direction",
    of("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, policyTypes: ["Sideways"] } }),
    "Unsupported value",
  ],
  [
    "a range that is none",
    of("networking.k8s.io/v1", "NetworkPolicy", {
      spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/33" } }] }] },
    }),
    "valid CIDR",
  ],
  [
    "a role's rule without verbs",
    of("rbac.authorization.k8s.io/v1", "Role", { rules: [{ apiGroups: [""], resources: ["pods"] }] }),
    "at least one value",
  ],
  ["a host with capitals", ingress("Shop.example", "Prefix"), "lower case"],
  ["an unknown type of path", ingress("shop.example", "Sometimes"), "Unsupported value"],
  [
    "an unknown concurrency policy",
    of("batch/v1", "CronJob", {
      spec: {
        schedule: "0 1 * * *",
        concurrencyPolicy: "Maybe",
        jobTemplate: {
          spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "i" }] } } },
        },
      },
    }),
    "Unsupported value",
  ],
];

describe("values that the server refuses", () => {
  test.each(bad)("%s is refused, new or changed", (_, object, message) => {
    const [effect] = planObjects([], [object]).effects;
    expect(effect).toMatchObject({ verb: "refused" });
    expect(effect?.cause).toContain(message);
  });

  test("what was there before was accepted once, and is no reason", () => {
    const [, object] = bad[8] ?? [];
    if (!object) throw new Error("no case");
    const plan = planObjects([object], [{ ...object, data: { "a/b": "2" } }]);
    expect(plan.verdict).toBe("safe");
  });

  test("a volume of a claim template may be mounted, and a good object is created", () => {
    const mount = { name: "postgres", image: "i:1", volumeMounts: [{ name: "data", mountPath: "/data" }] };
    const good = [
      database({ spec: { template: { spec: { containers: [mount] } } } }),
      inContainer({
        ports: [{ containerPort: 65_535 }],
        resources: { requests: { cpu: "1" }, limits: { cpu: "1000m" } },
      }),
      ingress("shop.example", "Exact"),
    ];
    expect(planObjects([], good).effects.map(({ verb }) => verb)).toEqual(["created", "created", "created"]);
  });
});
