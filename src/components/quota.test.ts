import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import { ExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import { DaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { PersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPersistentVolumeClaimSpec } from "kubernetes-models/v1/PersistentVolumeClaimSpec";
import { Service } from "kubernetes-models/v1/Service";
import { expect, test } from "vitest";
import { applicationSpec, autoscalingSpec } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asObject, type Model } from "../kubernetes/manifest.ts";
import { application } from "./application.ts";
import { autoscaling } from "./autoscaling.ts";
import { containerLimits } from "./namespace.ts";
import { type HardQuota, quota, quotaExcesses, quotaResources } from "./quota.ts";

const defaults = containerLimits;
const template = {
  metadata: { labels: { app: "example" } },
  spec: {
    containers: [
      {
        name: "example",
        resources: { requests: { cpu: "100m", memory: "1Gi" }, limits: { cpu: "1", memory: "2Gi" } },
      },
    ],
  },
};
const selector = { matchLabels: { app: "example" } };

test("the application counts at its autoscaler's maximum, with the surge and as many pods that still end", () => {
  const objects = [...application(applicationSpec), ...autoscaling(autoscalingSpec)];
  expect(quota({ objects, defaults })).toMatchObject({
    "requests.cpu": "22",
    "requests.memory": "44Gi",
    "requests.ephemeral-storage": "286Gi",
    "limits.cpu": "44",
    "limits.memory": "88Gi",
    "limits.ephemeral-storage": "286Gi",
    pods: "22",
  });
});

test("the maximum is found where KEDA makes the autoscaler, and is the number of replicas without one", () => {
  const requests = { perSecond: 100, prometheus: "http://prometheus.example.org:9090" };
  const keda = [...application(applicationSpec), ...autoscaling({ ...autoscalingSpec, requests })];
  expect(quota({ objects: keda, defaults }).pods).toBe("22");
  expect(quota({ objects: application({ ...applicationSpec, replicas: 3 }), defaults }).pods).toBe("5");
});

test.for([
  {
    rule: "a surge in percent is rounded up",
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "40%" } },
    pods: "12",
  },
  {
    rule: "a strategy that states no surge has 25 percent, as the API server sets it",
    strategy: { type: "RollingUpdate" },
    pods: "10",
  },
  { rule: "without an overlap the pods are the replicas", strategy: { type: "Recreate" }, pods: "6" },
] as const)("$rule", ({ strategy, pods }) => {
  const spec = { replicas: 6, selector, template, strategy };
  expect(podsOf([new Deployment({ metadata: { name: "example" }, spec })])).toBe(pods);
});

test("StatefulSets, Jobs and CronJobs count with all pods that run at once", () => {
  const jobTemplate = { spec: { parallelism: 2, template } };
  const schedule = "0 2 * * *";
  expect(podsOf([statefulSet(3)])).toBe("3");
  expect(podsOf([new Job({ metadata: { name: "example" }, spec: { parallelism: 3, template } })])).toBe("3");
  expect(podsOf([cronJob("Forbid")])).toBe("2");
  expect(podsOf([cronJob("Replace")])).toBe("4");

  function cronJob(concurrencyPolicy: "Forbid" | "Replace") {
    return new CronJob({ metadata: { name: "example" }, spec: { schedule, concurrencyPolicy, jobTemplate } });
  }
});

test("a workload without a largest state is refused", () => {
  const spec = {
    schedule: "0 2 * * *",
    concurrencyPolicy: "Allow" as const,
    jobTemplate: { spec: { template } },
  };
  expect(() => podsOf([new CronJob({ metadata: { name: "backup" }, spec })])).toThrow(
    "quota: runs of CronJob/backup may overlap without end: set concurrencyPolicy",
  );
  const daemonSet = new DaemonSet({ metadata: { name: "agent" }, spec: { selector, template } });
  expect(() => podsOf([daemonSet])).toThrow(
    "quota: DaemonSet/agent has no largest state that its object tells",
  );
});

test("each host has a certificate solver with a pod and a Service of its own", () => {
  const resources = { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "100m", memory: "64Mi" } };
  expect(quota({ objects: [], defaults, solver: { hosts: 2, resources } })).toMatchObject({
    "requests.cpu": "20m",
    "limits.memory": "128Mi",
    pods: "2",
    services: "7",
  });
});

test("claims are those of templates, once per replica, and those that stand alone", () => {
  const claim = new PersistentVolumeClaim({ metadata: { name: "logs" }, spec: claimSpec("50Gi") });
  expect(quota({ objects: [statefulSet(3), claim], defaults })).toMatchObject({
    persistentvolumeclaims: "4",
    "requests.storage": "350Gi",
  });
});

test("a claim that a pod brings along counts once per pod that runs at once", () => {
  const volumes = [{ name: "restore", ephemeral: { volumeClaimTemplate: { spec: claimSpec("50Gi") } } }];
  const rehearsal = new CronJob({
    metadata: { name: "rehearsal" },
    spec: {
      schedule: "0 4 * * 0",
      concurrencyPolicy: "Forbid",
      jobTemplate: { spec: { parallelism: 2, template: { spec: { ...template.spec, volumes } } } },
    },
  });
  expect(quota({ objects: [rehearsal, statefulSet(1)], defaults })).toMatchObject({
    persistentvolumeclaims: "3",
    "requests.storage": "200Gi",
  });
});

test("objects that controllers make are counted: Secrets' targets, keys while issuing, the cluster's certificate", () => {
  const objects: Model[] = [
    new Service({ metadata: { name: "a" } }),
    new ConfigMap({ metadata: { name: "a" } }),
    new ExternalSecret({ metadata: { name: "named-otherwise" }, spec: { target: { name: "credentials" } } }),
    new ExternalSecret({ metadata: { name: "named-alike" }, spec: {} }),
    new Certificate({
      metadata: { name: "server" },
      spec: { secretName: "server-tls", issuerRef: { name: "authority" } },
    }),
    new Issuer({
      metadata: { name: "authority" },
      spec: { acme: { server: "https://acme.example.org", privateKeySecretRef: { name: "account" } } },
    }),
  ];
  // Five spare of each; ConfigMaps with kube-root-ca.crt; Secrets with the one that exists while a certificate is issued.
  expect(quota({ objects, defaults })).toMatchObject({ services: "6", configmaps: "7", secrets: "10" });
});

test("a quota above its ceiling is reported per resource, and what fits or has no ceiling is not", () => {
  const needed = quota({ objects: [statefulSet(3)], defaults });
  expect(quotaExcesses(needed, { "requests.cpu": "300m", "limits.memory": "4Gi", pods: "2" })).toEqual([
    { resource: "limits.memory", needed: "6Gi", ceiling: "4Gi" },
    { resource: "pods", needed: "3", ceiling: "2" },
  ]);
});

test("the guide's quota does not hold its own application, ours does (K1)", () => {
  const needed = quota({
    objects: [...application(applicationSpec), ...autoscaling(autoscalingSpec), statefulSet(3)],
    defaults,
  });
  const guide = hardOf(guideFixture("K1-quota"));
  expect(quotaExcesses(needed, guide).map(({ resource }) => resource)).toEqual([
    "requests.cpu",
    "requests.memory",
    "limits.cpu",
    "limits.memory",
  ]);
  expect(quotaExcesses(needed, needed)).toEqual([]);
});

test("the guide's ten claims do not hold its five and the six of its templates (K2)", () => {
  const standalone = ["a", "b", "c", "d", "e"].map(
    (name) => new PersistentVolumeClaim({ metadata: { name }, spec: claimSpec("50Gi") }),
  );
  const needed = quota({ objects: [statefulSet(6), ...standalone], defaults });
  expect(quotaExcesses(needed, hardOf(guideFixture("K1-quota")))).toContainEqual({
    resource: "persistentvolumeclaims",
    needed: "11",
    ceiling: "10",
  });
});

function podsOf(objects: readonly Model[]): string {
  return quota({ objects, defaults }).pods;
}

function statefulSet(replicas: number): StatefulSet {
  const volumeClaimTemplates = [{ metadata: { name: "data" }, spec: claimSpec("100Gi") }];
  return new StatefulSet({
    metadata: { name: "example" },
    spec: { replicas, serviceName: "example", selector, template, volumeClaimTemplates },
  });
}

function claimSpec(storage: string): IPersistentVolumeClaimSpec {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
}

function hardOf(object: ReturnType<typeof guideFixture>): Partial<HardQuota> {
  const hard = asObject(asObject(object["spec"])["hard"]);
  return Object.fromEntries(
    quotaResources.flatMap((name) => (typeof hard[name] === "string" ? [[name, hard[name]]] : [])),
  );
}
