import { expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import type { ConfigurationChange } from "../../src/plan/report/model.ts";
import { configMap, database, deployment } from "./fixtures.ts";
import { effectOn, planObjects } from "./trees.ts";

const settings = (value: string): JsonObject => configMap("settings", { LOG_LEVEL: value });
const rolled = deployment({ spec: { template: { metadata: { annotations: { checksum: "2" } } } } });

function lines(
  base: readonly JsonObject[],
  head: readonly JsonObject[],
): readonly Pick<ConfigurationChange, "key" | "acts">[] {
  return planObjects(base, head).configuration.map(({ key, acts }) => ({ key, acts }));
}

test("a key in the environment of a process waits for the next restart, unless its pods roll", () => {
  expect(lines([deployment(), settings("info")], [deployment(), settings("debug")])).toEqual([
    { key: "LOG_LEVEL", acts: "next-restart" },
  ]);
  expect(lines([deployment(), settings("info")], [rolled, settings("debug")])).toEqual([
    { key: "LOG_LEVEL", acts: "rolls" },
  ]);
  const waits = planObjects([deployment(), settings("info")], [deployment(), settings("debug")]);
  expect(effectOn(waits, "ConfigMap", "settings")?.verb).toBe("no-effect-yet");
  expect(waits.verdict).toBe("safe");
  const acts = planObjects([deployment(), settings("info")], [rolled, settings("debug")]);
  expect(effectOn(acts, "ConfigMap", "settings")?.verb).toBe("live");
});

const file = (text: string): JsonObject => configMap("postgres", { "postgresql.conf": text });

test("each parameter of postgresql.conf acts when its context in pg_settings says", () => {
  const before =
    "shared_buffers = 1GB\nwork_mem = '4MB' # per node\nlog_connections = on\ncheckpoint_timeout=5min\nold.setting = 1\n";
  const after =
    "# comment\nshared_buffers 2GB\nwork_mem = 8MB\nlog_connections = off\ncheckpoint_timeout = 5min\nold.setting = 2\n";
  expect(lines([database(), file(before)], [database(), file(after)])).toEqual([
    { key: "postgresql.conf: shared_buffers", acts: "next-restart" },
    { key: "postgresql.conf: work_mem", acts: "after-reload" },
    { key: "postgresql.conf: log_connections", acts: "after-reload" },
    { key: "postgresql.conf: old.setting", acts: "unknown" },
  ]);
});

const files = (hba: string, redis: string): JsonObject =>
  configMap("postgres", { "pg_hba.conf": hba, "redis.conf": redis });
const base = files(
  "local all all peer\nhost all all 10.0.0.0/8 scram-sha-256\n",
  "maxmemory 1gb\ndatabases 16\n",
);

test("pg_hba.conf acts on reload, redis.conf at the next start", () => {
  const head = files(
    "local all all peer\nhostssl all all 10.0.0.0/8 scram-sha-256\n",
    "maxmemory 2gb\ndatabases 8\n",
  );
  const found = lines([database(), base], [database(), head]);
  expect(found.map(({ acts }) => acts)).toEqual([
    "after-reload",
    "after-reload",
    "next-restart",
    "next-restart",
  ]);
  const reordered = files(
    "host all all 10.0.0.0/8 scram-sha-256\nlocal all all peer\n",
    "maxmemory 1gb\ndatabases 16\n",
  );
  expect(lines([database(), base], [database(), reordered])).toMatchObject([
    { key: "pg_hba.conf: order of the rules" },
  ]);
});

const file2 = (text: string): JsonObject => configMap("postgres", { "postgresql.conf": text });

test("only comments and spaces change nothing that is read", () => {
  const plan = planObjects(
    [database(), file2("work_mem = 4MB\n")],
    [database(), file2("# why\nwork_mem = '4MB'\n")],
  );
  expect(plan.configuration).toMatchObject([{ key: "postgresql.conf" }]);
  expect(plan.configuration[0]?.why).toContain("only comments");
});

const mountedFiles = (text: string): JsonObject =>
  configMap("files", { "app.yaml": text, "other.yaml": text });

test("a file mounted with subPath is never updated", () => {
  const mounted = deployment({
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: "web",
              image: "a:1",
              volumeMounts: [{ name: "c", mountPath: "/c/app.yaml", subPath: "app.yaml" }],
            },
          ],
          volumes: [{ name: "c", configMap: { name: "files" } }],
        },
      },
    },
  });
  expect(lines([mounted, mountedFiles("a")], [mounted, mountedFiles("b")])).toEqual([
    { key: "app.yaml", acts: "next-restart" },
    { key: "other.yaml", acts: "unknown" },
  ]);
});

const image = (name: string): JsonObject =>
  deployment({ spec: { template: { spec: { containers: [{ name: "web", image: name }] } } } });

test("an image is told with whether the digest stays", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  const { images } = planObjects([image(`r.example/web:1@${digest}`)], [image(`r.example/web:2@${digest}`)]);
  expect(images).toMatchObject([
    {
      container: "web",
      before: `r.example/web:1@${digest}`,
      after: `r.example/web:2@${digest}`,
      sameDigest: true,
    },
  ]);
  expect(planObjects([image("a:1")], [image("a:2")]).images).toMatchObject([{ sameDigest: false }]);
});

const rules = (...alerts: readonly JsonObject[]): JsonObject => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: { name: "rules", namespace: "shop" },
  spec: { groups: [{ name: "g", rules: alerts }] },
});

test("alerts that come, go or move are told by name", () => {
  const { alerts } = planObjects(
    [rules({ alert: "Slow", expr: "x > 1" }, { alert: "Gone", expr: "up == 0" })],
    [rules({ alert: "Slow", expr: "x > 2" }, { alert: "New", expr: "up == 0" })],
  );
  expect(alerts.map(({ alert, change }) => [alert, change])).toEqual([
    ["Slow", "changed"],
    ["Gone", "removed"],
    ["New", "added"],
  ]);
});

const role = (...verbs: readonly string[]): JsonObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "r", namespace: "shop" },
  rules: [{ apiGroups: [""], resources: ["secrets"], verbs: [...verbs] }],
});

test("permissions are gained and lost by account, with the pods that run as it", () => {
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "b", namespace: "shop" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
    subjects: [{ kind: "ServiceAccount", name: "web", namespace: "shop" }],
  };
  const pods = deployment({ spec: { template: { spec: { serviceAccountName: "web" } } } });
  const { permissions } = planObjects([role("get"), binding, pods], [role("list"), binding, pods]);
  expect(permissions).toMatchObject([
    {
      change: "gained",
      account: "ServiceAccount shop/web",
      verb: "list",
      resource: "core secrets",
      sensitive: true,
      pods: ["Deployment/web"],
    },
    { change: "lost", verb: "get" },
  ]);
  const wider = planObjects([role("*"), binding], [role("*", "get"), binding]);
  expect(wider.permissions).toEqual([]);
});

test("a field that leaves the tree and stays on the server takes no effect, and that is said", () => {
  const named = deployment({ spec: { template: { spec: { serviceAccountName: "web" } } } });
  const plan = planObjects([named], [deployment()]);
  expect(effectOn(plan, "Deployment", "web")).toMatchObject({
    verb: "no-effect-yet",
    cause: "it leaves the tree, but the server keeps what it has",
  });
  expect(plan.verdict).toBe("safe");
});
