import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { claim, database, deployment } from "./fixtures.ts";
import { effectOn, planObjects } from "./trees.ts";

const image = (
  name: string,
): { spec: { template: { spec: { containers: { name: string; image: string }[] } } } } => ({
  spec: { template: { spec: { containers: [{ name, image: "registry.example/other:2" }] } } },
});

const memoryOf = (name: string, value: string): JsonObject => ({
  template: { spec: { containers: [{ name, image: "i:1", resources: { requests: { memory: value } } }] } },
});

const partitioned = (partition: number): JsonObject => ({
  replicas: 3,
  updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } },
});

const restartWith = (spec: JsonObject): unknown => {
  const patch = { spec: { replicas: 3, ...spec } };
  return effectOn(
    planObjects(
      [deployment(patch)],
      [deployment({ ...image("web"), spec: { ...patch.spec, ...image("web").spec } })],
    ),
    "Deployment",
    "web",
  )?.restart;
};

const strategyOf = (maxSurge: string | number, maxUnavailable: string): JsonObject => ({
  strategy: { rollingUpdate: { maxSurge, maxUnavailable } },
});

test("a new image rolls a Deployment: pods, surge, and how many serve meanwhile", () => {
  const plan = planObjects([deployment()], [deployment(image("web"))]);
  expect(plan.verdict).toBe("restarts");
  expect(effectOn(plan, "Deployment", "web")).toMatchObject({
    verb: "rolls",
    restart: { pods: 3, peak: 4, serving: 3 },
  });
});

test("surge is rounded up and unavailability down, and where both are nothing one pod goes", () => {
  expect(restartWith(strategyOf("25%", "25%"))).toMatchObject({ peak: 4, serving: 3 });
  expect(restartWith(strategyOf("50%", "50%"))).toMatchObject({ peak: 5, serving: 2 });
  expect(restartWith(strategyOf(0, "10%"))).toMatchObject({ peak: 3, serving: 2 });
});

test("Recreate serves nothing meanwhile, and says so", () => {
  const recreate = { spec: { strategy: { type: "Recreate", rollingUpdate: null } } };
  const plan = planObjects(
    [deployment(recreate)],
    [deployment({ spec: { ...recreate.spec, ...image("web").spec } })],
  );
  expect(effectOn(plan, "Deployment", "web")?.restart).toMatchObject({
    serving: 0,
    outage: "no pod serves until the new one is Ready",
  });
});

test("a paused Deployment takes no effect yet, and unpausing it rolls what was collected", () => {
  const paused = planObjects(
    [deployment({ spec: { paused: true } })],
    [deployment({ spec: { paused: true, ...image("web").spec } })],
  );
  expect(effectOn(paused, "Deployment", "web")?.verb).toBe("no-effect-yet");
  expect(paused.verdict).toBe("safe");
  const unpaused = planObjects([deployment({ spec: { paused: true } })], [deployment()]);
  expect(effectOn(unpaused, "Deployment", "web")).toMatchObject({ verb: "rolls", certainty: "depends" });
});

test("an autoscaler owns the number of pods: it is computed at the maximum and depends on the cluster", () => {
  const autoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" },
      minReplicas: 2,
      maxReplicas: 6,
    },
  };
  const free = { spec: { replicas: null } };
  const plan = planObjects(
    [deployment(free), autoscaler],
    [deployment({ spec: { ...free.spec, ...image("web").spec } }), autoscaler],
  );
  expect(effectOn(plan, "Deployment", "web")).toMatchObject({
    certainty: "depends",
    restart: { pods: 6, peak: 7 },
  });
});

test("fewer replicas end pods, more of them do not", () => {
  const fewer = planObjects([deployment()], [deployment({ spec: { replicas: 1 } })]);
  expect(fewer.verdict).toBe("restarts");
  expect(effectOn(fewer, "Deployment", "web")).toMatchObject({
    verb: "live",
    restart: { pods: 2, serving: 1 },
  });
  const more = planObjects([deployment()], [deployment({ spec: { replicas: 5 } })]);
  expect(more.verdict).toBe("safe");
});

test("a claim that one node can mount is named as what can stop a rollout with surge", () => {
  const volumes = { volumes: [{ name: "files", persistentVolumeClaim: { claimName: "files" } }] };
  const spec = { template: { spec: { ...volumes } } };
  const base = deployment({ spec });
  const head = deployment({
    spec: { template: { spec: { ...volumes, ...image("web").spec.template.spec } } },
  });
  const blockers = effectOn(planObjects([base, claim("files")], [head, claim("files")]), "Deployment", "web")
    ?.restart?.blockers;
  expect(blockers?.join()).toContain("claim files is ReadWriteOnce");
});

test("the PostgreSQL primary is named with its outage", () => {
  const plan = planObjects([database()], [database(image("postgres"))]);
  expect(effectOn(plan, "StatefulSet", "postgres-primary")?.restart).toMatchObject({
    pods: 1,
    outage:
      "the PostgreSQL primary: no writes until its pod is Ready again (4 to 19 s in the data tier's own tests, and its scheduling)",
  });
});

const set = (partition: number, patch: JsonObject = {}): ReturnType<typeof database> =>
  database({ spec: { ...partitioned(partition), ...patch } });
const verb = (base: ReturnType<typeof set>, head: ReturnType<typeof set>): unknown => {
  const effect = effectOn(planObjects([base], [head]), "StatefulSet", "postgres-primary");
  return [effect?.verb, effect?.restart?.pods, effect?.certainty];
};

test("a partition stages a StatefulSet, lowering it alone lets go", () => {
  expect(verb(set(3), set(3, image("postgres").spec))).toEqual(["no-effect-yet", undefined, "certain"]);
  expect(verb(set(2), set(2, image("postgres").spec))).toEqual(["rolls", 1, "certain"]);
  expect(verb(set(3), set(0))).toEqual(["rolls", 3, "depends"]);
});

test("OnDelete takes no effect yet, switching to RollingUpdate alone rolls what is staged", () => {
  const onDelete = { spec: { updateStrategy: { type: "OnDelete" } } };
  const staged = planObjects(
    [database(onDelete)],
    [database({ spec: { ...onDelete.spec, ...image("postgres").spec } })],
  );
  expect(effectOn(staged, "StatefulSet", "postgres-primary")?.verb).toBe("no-effect-yet");
  const released = planObjects([database(onDelete)], [database()]);
  expect(effectOn(released, "StatefulSet", "postgres-primary")).toMatchObject({
    verb: "rolls",
    certainty: "depends",
  });
});

const spec2 = (name: string, value: string): JsonObject => ({ spec: memoryOf(name, value) });

test("a quantity in another notation rolls a StatefulSet, whose revisions are bytes, and no Deployment", () => {
  const plan = planObjects(
    [deployment(spec2("web", "1Gi")), database(spec2("postgres", "1Gi"))],
    [deployment(spec2("web", "1073741824")), database(spec2("postgres", "1073741824"))],
  );
  expect(effectOn(plan, "Deployment", "web")?.verb).toBe("live");
  expect(effectOn(plan, "StatefulSet", "postgres-primary")?.verb).toBe("rolls");
});

test("removing pods of a StatefulSet whose claims go with them loses data", () => {
  const spec = {
    replicas: 3,
    persistentVolumeClaimRetentionPolicy: { whenScaled: "Delete", whenDeleted: "Retain" },
  };
  const plan = planObjects([database({ spec })], [database({ spec: { ...spec, replicas: 2 } })]);
  expect(plan.verdict).toBe("data-loss");
});

test("the image is named as the reason before the labels that change with it", () => {
  const release = deployment({
    spec: { template: { metadata: { labels: { app: "web", version: "2" } }, ...image("web").spec.template } },
  });
  const effect = effectOn(planObjects([deployment()], [release]), "Deployment", "web");
  expect(effect?.restart?.because).toBe("spec.template.spec.containers[web].image and 2 more");
});
