import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { toMarkdown } from "../../src/plan/report/markdown.ts";
import type { CapacityLine, Plan } from "../../src/plan/report/model.ts";
import { claim, deployment } from "./fixtures.ts";
import { planObjects } from "./trees.ts";

const namespace = "shop";

/** The Deployment of three pods with an image and an amount of cpu. */
const web = (tag: string, cpu = "1", spec: JsonObject = {}): JsonObject =>
  deployment({
    spec: {
      ...spec,
      template: {
        spec: {
          containers: [
            { name: "web", image: `registry.example/web:${tag}`, resources: { requests: { cpu } } },
          ],
        },
      },
    },
  });

const quota = (hard: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "quota", namespace },
  spec: { hard, ...spec },
});

const autoscaler = (minReplicas: number, maxReplicas: number): JsonObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web", namespace },
  spec: {
    minReplicas,
    maxReplicas,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
  },
});

const cpuLine = ({ capacity }: Plan): CapacityLine | undefined =>
  capacity.find(({ what }) => what === "ResourceQuota/quota requests.cpu");

/** The plan of a new image between two and ten pods under a quota. */
function scaledUnder(most: string): Plan {
  const around = [autoscaler(2, 10), quota({ "requests.cpu": most })];
  return planObjects([web("1"), ...around], [web("2"), ...around]);
}

describe("a rollout under a quota", () => {
  test("that has no room for its surge cannot finish: refused, with the sum and a way out", () => {
    const plan = planObjects(
      [web("1"), quota({ "requests.cpu": "3" })],
      [web("2"), quota({ "requests.cpu": "3" })],
    );
    expect(plan.verdict).toBe("refused");
    expect(cpuLine(plan)).toMatchObject({
      before: "3",
      peak: "4",
      allowed: "3",
      percent: 133,
      fits: "no",
      stuck: ["Deployment/web"],
    });
    expect(toMarkdown(plan)).toContain("Will not finish");
  });

  test("that has room for it restarts pods, and the sum is told", () => {
    const plan = planObjects(
      [web("1"), quota({ "requests.cpu": "4" })],
      [web("2"), quota({ "requests.cpu": "4" })],
    );
    expect(plan.verdict).toBe("restarts");
    expect(cpuLine(plan)).toMatchObject({ before: "3", peak: "4", fits: "yes", stuck: [] });
  });

  test("moves without room for the surge when it may end an old pod first", () => {
    const spec = { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } };
    const limit = quota({ "requests.cpu": "3" });
    const plan = planObjects([web("1", "1", spec), limit], [web("2", "1", spec), limit]);
    expect(cpuLine(plan)).toMatchObject({ peak: "4", fits: "later" });
    expect(plan.verdict).toBe("restarts");
  });

  test("depends on the autoscaler where only its maximum does not fit, and is refused where its minimum does not either", () => {
    expect(cpuLine(scaledUnder("8"))).toMatchObject({ before: "10", peak: "11", fits: "depends" });
    expect(cpuLine(scaledUnder("2"))).toMatchObject({ fits: "no" });
    expect(cpuLine(scaledUnder("11"))).toMatchObject({ fits: "yes" });
  });

  test("that starts no pod does not hang on it, however small it becomes", () => {
    const plan = planObjects([web("1"), quota({ pods: "9" })], [web("1"), quota({ pods: "1" })]);
    expect(plan.verdict).toBe("safe");
    expect(plan.capacity).toMatchObject([{ allowedBefore: "9", allowed: "1", fits: "later", stuck: [] }]);
  });

  test("is not judged by a quota that counts some of the pods only", () => {
    const scoped = quota({ "requests.cpu": "1" }, { scopes: ["BestEffort"] });
    expect(planObjects([web("1"), scoped], [web("2"), scoped]).verdict).toBe("restarts");
  });
});

const disk = (storage: string): JsonObject => ({ spec: { resources: { requests: { storage } } } });

test("memory and disk of an environment are told before and at the peak", () => {
  const plan = planObjects([claim("data", disk("1Gi"))], [claim("data", disk("3Gi"))]);
  expect(plan.capacity).toMatchObject([{ of: "disk", before: "1024Mi", peak: "3072Mi" }]);
});

const policy = (name: string, ingress: JsonObject[], app = "web"): JsonObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name, namespace },
  spec: { podSelector: { matchLabels: { app } }, policyTypes: ["Ingress"], ingress },
});
const from = (app: string, port: number): JsonObject => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ports: [{ protocol: "TCP", port }],
});
const job: JsonObject = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "report", namespace },
  spec: {
    schedule: "0 1 * * *",
    jobTemplate: {
      spec: {
        template: {
          metadata: { labels: { app: "report" } },
          spec: { restartPolicy: "Never", containers: [{ name: "report", image: "i:1" }] },
        },
      },
    },
  },
};

describe("reachability", () => {
  const around = [web("1"), job];

  test("that a policy opens and closes is told with its ends, its ports and the policy", () => {
    const plan = planObjects(
      [...around, policy("in", [from("report", 80)])],
      [...around, policy("in", [from("report", 8080)])],
    );
    const ends = {
      from: "shop: CronJob/report",
      to: "shop: Deployment/web",
      by: ["NetworkPolicy/in"],
      outside: false,
    };
    expect(plan.network.filter(({ change }) => change !== "unchanged")).toEqual([
      { environments: ["test"], change: "opened", ports: "TCP 8080", ...ends },
      { environments: ["test"], change: "closed", ports: "TCP 80", ...ends },
    ]);
    expect(toMarkdown(plan)).toContain("Network: opened");
  });

  test("names of several policies the one that does it", () => {
    const plan = planObjects(
      [...around, policy("a", [from("report", 80)]), policy("b", [], "report")],
      [
        ...around,
        policy("a", [from("report", 80), from("report", 81)]),
        policy("b", [from("web", 1)], "report"),
      ],
    );
    const changed = plan.network.filter(({ change }) => change !== "unchanged");
    expect(changed.map(({ ports, by }) => [ports, by])).toEqual([
      ["TCP 1", ["NetworkPolicy/b"]],
      ["TCP 81", ["NetworkPolicy/a"]],
    ]);
  });

  test("is not changed by a policy that the server refuses, beside one that it takes", () => {
    const broken = { from: [{ ipBlock: { cidr: "anywhere" } }] };
    const plan = planObjects(
      [...around, policy("a", [from("report", 80)]), policy("b", [], "report")],
      [...around, policy("a", [broken]), policy("b", [from("web", 1)], "report")],
    );
    expect(plan.totals.refused).toBe(1);
    const changed = plan.network.filter(({ change }) => change !== "unchanged");
    expect(changed.map(({ change, ports, by }) => [change, ports, by])).toEqual([
      ["opened", "TCP 1", ["NetworkPolicy/b"]],
    ]);
  });

  test("changes with the labels of pods, too", () => {
    const moved = deployment({
      spec: {
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { tier: "front" } } },
      },
    });
    const tier: JsonObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "front", namespace },
      spec: { podSelector: { matchLabels: { tier: "front" } }, policyTypes: ["Ingress"], ingress: [] },
    };
    const plan = planObjects([deployment(), job, tier], [moved, job, tier]);
    expect(plan.network).toContainEqual(
      expect.objectContaining({ change: "closed", from: "shop: CronJob/report", by: ["Deployment/web"] }),
    );
  });

  test("of what does not concern it is not touched: an image opens nothing", () => {
    const plan = planObjects([...around, policy("in", [])], [web("2"), job, policy("in", [])]);
    expect(plan.network).toEqual([]);
    expect(toMarkdown(plan)).toContain("Checked, unchanged: network");
  });
});
