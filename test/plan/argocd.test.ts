import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { application, argo, claim, configMap, database, deployment, project, root } from "./fixtures.ts";
import { applyPatch } from "./pairs/pair.ts";
import { effectOn, planObjects, planOf, verbsOf, type Tree } from "./trees.ts";

const applications = (...objects: readonly JsonObject[]): Tree => ({
  "argocd/all.yaml": [root(), ...objects],
});
const rendered = (...objects: readonly JsonObject[]): Tree =>
  Object.fromEntries(objects.map((object, index) => [`rendered/production/app/${index}.yaml`, object]));
const production = application("production");

const withoutOld = (object: JsonObject, settings: JsonObject = production): ReturnType<typeof planOf> =>
  planOf(
    { ...applications(settings), ...rendered(deployment(), object) },
    { ...applications(settings), ...rendered(deployment()) },
  );

describe("an object that leaves the tree", () => {
  test("is deleted where its Application prunes", () => {
    expect(effectOn(withoutOld(configMap("old", {})), "ConfigMap", "old")).toMatchObject({
      verb: "deleted",
      data: "none",
      certainty: "certain",
    });
  });

  test("stays where it carries Prune=false", () => {
    const kept = withoutOld(claim("old", argo({ "sync-options": "Prune=false" })));
    expect(effectOn(kept, "PersistentVolumeClaim", "old")?.verb).toBe("no-effect-yet");
    expect(kept.verdict).toBe("safe");
  });

  test("stays where its Application does not prune", () => {
    const byHand = applyPatch(production, { spec: { syncPolicy: { automated: { prune: false } } } });
    expect(effectOn(withoutOld(claim("old"), byHand), "PersistentVolumeClaim", "old")?.verb).toBe(
      "no-effect-yet",
    );
  });

  test("loses data where the disk goes with it, and keeps it where the class retains it", () => {
    const lost = withoutOld(claim("old"));
    expect(lost.verdict).toBe("data-loss");
    expect(effectOn(lost, "PersistentVolumeClaim", "old")).toMatchObject({
      verb: "deleted",
      data: "lost",
      certainty: "depends",
    });
    const retained = {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "keep" },
      provisioner: "a",
      reclaimPolicy: "Retain",
    };
    const kept = planObjects([retained, claim("old", { spec: { storageClassName: "keep" } })], [retained]);
    expect(effectOn(kept, "PersistentVolumeClaim", "old")).toMatchObject({ data: "kept" });
  });

  test("is named when a workload still needs it", () => {
    expect(effectOn(withoutOld(configMap("settings", {})), "ConfigMap", "settings")?.cause).toContain(
      "still named by Deployment/web",
    );
  });

  test("as a hook only stops being run", () => {
    const hook = configMap("hook", {}, argo({ hook: "PostSync" }));
    expect(effectOn(withoutOld(hook), "ConfigMap", "hook")?.verb).toBe("no-effect-yet");
  });
});

describe("the deletion budget", () => {
  const six = Array.from({ length: 6 }, (_, index) => configMap(`old-${index}`, {}));
  const verdict = (settings: JsonObject): string =>
    planOf(
      { ...applications(settings), ...rendered(...six) },
      { ...applications(settings), ...rendered(deployment()) },
    ).verdict;

  test("allows five objects and refuses the sixth", () => {
    const five = planOf(
      { ...applications(production), ...rendered(...six.slice(1)) },
      { ...applications(production), ...rendered(deployment()) },
    );
    expect(five.verdict).toBe("safe");
    expect(verdict(production)).toBe("data-loss");
  });

  test("is widened by the environment only with a reason", () => {
    const budget = { "apg-cash-management.datacraft.com/deletion-budget": "10" };
    const reason = { "apg-cash-management.datacraft.com/deletion-budget-reason": "old maps of 2025" };
    expect(verdict(applyPatch(production, { metadata: { annotations: budget } }))).toBe("data-loss");
    expect(verdict(applyPatch(production, { metadata: { annotations: { ...budget, ...reason } } }))).toBe(
      "safe",
    );
  });
});

describe("an environment whose Application goes", () => {
  const withFinalizer = application("production", {
    metadata: { finalizers: ["resources-finalizer.argocd.argoproj.io"] },
  });
  const everything = [deployment(), claim("data"), claim("kept", argo({ "sync-options": "Delete=false" }))];

  test("is deleted object by object with the resources finalizer, but for what carries Delete=false", () => {
    const plan = planOf({ ...applications(withFinalizer), ...rendered(...everything) }, applications());
    expect(plan.verdict).toBe("data-loss");
    expect(verbsOf(plan)).toEqual(
      expect.arrayContaining([
        "Deployment/web deleted",
        "PersistentVolumeClaim/data deleted",
        "PersistentVolumeClaim/kept no-effect-yet",
        "Application/shop-production deleted",
      ]),
    );
  });

  test("stays without the finalizer, rights and images with it", () => {
    const rights = ["Role", "RoleBinding"].map((kind) => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      metadata: { name: "r", namespace: "shop" },
      ...(kind === "Role" ? { rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }] } : {}),
      ...(kind === "Role"
        ? {}
        : { roleRef: { kind: "Role", name: "r" }, subjects: [{ kind: "User", name: "a" }] }),
    }));
    const left = planOf(
      { ...applications(production), ...rendered(deployment(), ...rights) },
      applications(),
    );
    expect([left.permissions, left.images]).toEqual([[], []]);
    const pruned = planOf(
      { ...applications(production), ...rendered(deployment(), ...rights) },
      { ...applications(production), ...rendered(deployment()) },
    );
    expect(pruned.permissions).toMatchObject([{ change: "lost", account: "User a" }]);
    const plan = planOf({ ...applications(production), ...rendered(...everything) }, applications());
    expect(effectOn(plan, "PersistentVolumeClaim", "data")).toMatchObject({ verb: "no-effect-yet" });
  });

  test("stays where the root does not prune", () => {
    const keeps = root({ spec: { syncPolicy: { automated: { prune: false } } } });
    const plan = planOf(
      { "argocd/all.yaml": [keeps, withFinalizer], ...rendered(...everything) },
      { "argocd/all.yaml": [keeps] },
    );
    expect(verbsOf(plan).every((line) => line.endsWith("no-effect-yet"))).toBe(true);
  });

  test("cannot be synced when only its files go: nothing is deleted, and that is said", () => {
    const plan = planOf(
      { ...applications(withFinalizer), ...rendered(...everything) },
      applications(withFinalizer),
    );
    expect(plan.verdict).toBe("refused");
    expect(plan.environments.find(({ name }) => name === "production")?.problems.join()).toContain(
      "a path without manifests",
    );
    expect(effectOn(plan, "PersistentVolumeClaim", "data")?.verb).toBe("no-effect-yet");
  });
});

describe("a project", () => {
  const head = { ...rendered(deployment(), configMap("settings", {})) };

  test("refuses a kind that it does not permit, before anything is applied", () => {
    const plan = planOf(
      { ...applications(production, project("production", ["apps/Deployment"])), ...rendered(deployment()) },
      { ...applications(production, project("production", ["apps/Deployment"])), ...head },
    );
    expect(effectOn(plan, "ConfigMap", "settings")).toMatchObject({
      verb: "refused",
      cause: "AppProject shop-production does not permit ConfigMap",
    });
    expect(plan.environments.find(({ name }) => name === "production")?.stop).toMatchObject({ applied: [] });
  });

  test("that no longer permits a kind refuses objects that did not change", () => {
    const plan = planOf(
      { ...applications(production, project("production", ["apps/Deployment", "/ConfigMap"])), ...head },
      { ...applications(production, project("production", ["apps/Deployment"])), ...head },
    );
    expect(plan.verdict).toBe("refused");
    expect(effectOn(plan, "ConfigMap", "settings")?.verb).toBe("refused");
  });

  test("with every kind of the tree refuses nothing", () => {
    const permits = project("production", ["apps/Deployment", "/ConfigMap"]);
    const plan = planOf(
      { ...applications(production, permits), ...rendered(deployment()) },
      { ...applications(production, permits), ...head },
    );
    expect(verbsOf(plan)).toEqual(["ConfigMap/settings created"]);
  });

  const all = ["apps/Deployment", "/ConfigMap"];
  const under = (spec: JsonObject): ReturnType<typeof planOf> => {
    const control = applications(production, applyPatch(project("production", all), { spec }));
    return planOf({ ...control, ...rendered(deployment()) }, { ...control, ...head });
  };

  test.each([
    [["https://git.example/*"], "created"],
    [["https://GIT.example/shop.git"], "created"],
    [["https://git.example/other"], "refused"],
    [["*", "!https://git.example/shop"], "refused"],
    [[], "refused"],
  ] as const)("with the sources %j the object is %s", (sourceRepos, verb) => {
    expect(verbsOf(under({ sourceRepos }))).toEqual([`ConfigMap/settings ${verb}`]);
  });

  const deny = { kind: "deny", schedule: "0 1 * * *", duration: "8h", applications: ["shop-*"] };

  const windows = (window: JsonObject): readonly string[] =>
    under({ syncWindows: [window] }).environments.find(({ name }) => name === "production")?.windows ?? [];

  test("with a sync window says that the sync waits for it, for the Applications that it is about", () => {
    expect(windows(deny)).toEqual(["when the sync begins: a window denies it from 0 1 * * * (UTC) for 8h"]);
    expect(windows({ ...deny, applications: ["other"], namespaces: ["shop"] })).toHaveLength(1);
    expect(windows({ ...deny, applications: ["other"], namespaces: ["shop"], andOperator: true })).toEqual(
      [],
    );
    expect(windows({ ...deny, applications: ["other"] })).toEqual([]);
  });

  test("with a window that always denies lets nothing take effect", () => {
    const always = { ...deny, schedule: "* * * * *" };
    expect(verbsOf(under({ syncWindows: [always] }))).toEqual(["ConfigMap/settings no-effect-yet"]);
    expect(verbsOf(under({ syncWindows: [{ ...always, manualSync: true }] }))).toEqual([
      "ConfigMap/settings created",
    ]);
  });
});

const binding = (name: string): JsonObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "RoleBinding",
  metadata: { name: "b", namespace: "shop" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
  subjects: [{ kind: "ServiceAccount", name: "a", namespace: "shop" }],
});

const claims = (storage: string): JsonObject => ({
  spec: {
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } },
      },
    ],
  },
});

const verbWith = (options: string): unknown => {
  const object = (storage: string): JsonObject =>
    applyPatch(database(claims(storage)), argo({ "sync-options": options }));
  return effectOn(planObjects([object("1Gi")], [object("2Gi")]), "StatefulSet", "postgres-primary")?.verb;
};

describe("how Argo CD writes", () => {
  test("decides whether a refusal is one: only a forced client-side apply or a forced replace creates anew", () => {
    expect(verbWith("ServerSideApply=true")).toBe("refused");
    expect(verbWith("ServerSideApply=true,Force=true")).toBe("refused");
    expect(verbWith("Replace=true")).toBe("refused");
    expect(verbWith("Force=true")).toBe("recreated");
    expect(verbWith("Replace=true,Force=true")).toBe("recreated");
  });

  test("a changed roleRef is recreated by auth reconcile", () => {
    const plan = planObjects([binding("one")], [binding("two")]);
    expect(effectOn(plan, "RoleBinding", "b")).toMatchObject({ verb: "recreated", data: "none" });
    expect(plan.verdict).toBe("safe");
  });
});

const wave = (object: JsonObject, number: string): JsonObject =>
  applyPatch(object, argo({ "sync-wave": number }));
const waveTree = (data: string, selector: string, replicas: number): Tree =>
  rendered(
    wave(configMap("first", { data }), "-10"),
    wave(
      deployment({
        spec: {
          selector: { matchLabels: { app: selector } },
          template: { metadata: { labels: { app: selector } } },
        },
      }),
      "0",
    ),
    wave(database({ spec: { replicas } }), "10"),
  );

test("a refusal says what has been applied by then, by waves", () => {
  const plan = planOf(
    { ...applications(production), ...waveTree("1", "a", 1) },
    { ...applications(production), ...waveTree("2", "b", 2) },
  );
  expect(plan.environments.find(({ name }) => name === "production")?.stop).toMatchObject({
    wave: 0,
    applied: ["ConfigMap/first"],
    waiting: ["StatefulSet/postgres-primary"],
  });
});

const hook = (image: string): JsonObject => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "smoke", namespace: "shop", annotations: { "argocd.argoproj.io/hook": "PostSync" } },
  spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "smoke", image }] } } },
});

const hookTree = (image: string, data: string): Tree => ({
  ...applications(production),
  ...rendered(hook(image), configMap("settings", { data })),
});

test("hooks that a sync runs are listed, changed or not", () => {
  const unchanged = planOf(hookTree("a:1", "1"), hookTree("a:1", "2"));
  expect(unchanged.hooks).toMatchObject([
    { phase: "PostSync", deletePolicy: "BeforeHookCreation", changed: false },
  ]);
  const changed = planOf(hookTree("a:1", "1"), hookTree("a:2", "1"));
  expect(effectOn(changed, "Job", "smoke")).toMatchObject({ verb: "recreated", data: "none" });
  expect(planOf(hookTree("a:1", "1"), hookTree("a:1", "1")).hooks).toEqual([]);
});

const minor = (version: string): JsonObject => ({
  metadata: { annotations: { "apg-cash-management.datacraft.com/kubernetes-version": version } },
});

const historyTree = (revisionHistoryLimit: number): Tree => ({
  ...applications(
    application("old", minor("1.29")),
    application("one", minor("1.36")),
    application("two", minor("1.36")),
  ),
  "rendered/old/a/set.yaml": database({ spec: { revisionHistoryLimit } }),
  "rendered/one/a/set.yaml": database({ spec: { revisionHistoryLimit } }),
  "rendered/two/a/set.yaml": database({ spec: { revisionHistoryLimit } }),
});

test("environments with the same effects share them, a Kubernetes minor of their own makes them differ", () => {
  const plan = planOf(historyTree(5), historyTree(6));
  expect(plan.effects.map(({ verb, environments }) => [verb, environments])).toEqual([
    ["refused", ["old"]],
    ["live", ["one", "two"]],
  ]);
  expect(planOf(historyTree(5), historyTree(6), { minor: 29 }).effects).toMatchObject([
    { verb: "refused", environments: ["old", "one", "two"] },
  ]);
});

const installation = (verb: string): Tree => ({
  "argocd/eu/kustomization.yaml": "resources: [root.yaml]\n",
  "argocd/eu/root.yaml": root({ spec: { source: { path: "argocd/eu" } } }),
  "argocd/eu/deployer/production/kustomization.yaml": "resources: [map.yaml]\n",
  "argocd/eu/deployer/production/map.yaml": configMap("rights", { verb }),
  "argocd/eu/deployer/production/stray.yaml": configMap("stray", { verb }),
});

test("Argo CD's own folder holds what several Applications read: each kustomization that no other lists counts", () => {
  // What nothing lists changes as well, and is applied by nobody.
  expect(verbsOf(planOf(installation("get"), installation("list")))).toEqual([
    "ConfigMap/rights live",
    "ConfigMap/stray no-effect-yet",
  ]);
});

const large = (value: string, options: string): JsonObject =>
  configMap("large", { value, text: "x".repeat(300_000) }, argo({ "sync-options": options }));

const verbOfLarge = (options: string): unknown =>
  effectOn(planObjects([large("1", options)], [large("2", options)]), "ConfigMap", "large")?.verb;

test("an object of more than an annotation can hold is refused by client-side apply alone", () => {
  expect([verbOfLarge("Validate=true"), verbOfLarge("ServerSideApply=true")]).toEqual(["refused", "live"]);
});
