import { expect, test } from "vitest";
import { applicationSpec, migrationSpec, only } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { containersOf, names, nameOf, podOf } from "../../test/pod-parts.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { application } from "./application.ts";
import { type Migration, migration } from "./migration.ts";

test("the Job's name carries the release and ten digits of a hash", () => {
  expect(jobName({})).toMatch(/^apg-cash-management-migration-1-4-0-[0-9a-f]{10}$/);
});

test("another template is another Job, because a Job's template is immutable", () => {
  const changes: Partial<Migration>[] = [
    { image: `registry.example.org/apg-cash-management@sha256:${"1".repeat(64)}` },
    { resources: { requests: { cpu: "200m", memory: "256Mi" }, limits: { cpu: "1", memory: "1Gi" } } },
    { nodeSelector: {} },
  ];
  const jobs = new Set([jobName({}), ...changes.map(jobName)]);
  expect(jobs.size).toBe(4);
});

test("what is not part of the template does not run the migration again", () => {
  expect(jobName({ deadlineSeconds: 60 })).toBe(jobName({}));
  const reordered = { limits: { memory: "512Mi", cpu: "500m" }, requests: { memory: "256Mi", cpu: "100m" } };
  expect(jobName({ resources: reordered })).toBe(jobName({}));
});

test("the name stays a DNS label whatever the release is called", () => {
  const name = jobName({ version: "1.4.0-RC.1+build.20261123.of.a.long.branch" });
  expect(name).toMatch(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
  expect(name.length).toBeLessThanOrEqual(63);
  expect(name).toContain("-1-4-0-rc-1-build-");
});

test("the Job stays after it is done, so that Argo CD does not make it again", () => {
  const job = only(migration(migrationSpec), "Job");
  expect(asObject(job["spec"])).not.toHaveProperty("ttlSecondsAfterFinished");
  expect(asObject(asObject(job["metadata"])["annotations"])).not.toHaveProperty("argocd.argoproj.io/hook");
  expect(job["spec"]).toMatchObject({ backoffLimit: 3, activeDeadlineSeconds: 900 });
});

test("it reads the database's address and three settings, and no other secret (K9)", () => {
  const [container] = containersOf(only(migration(migrationSpec), "Job"));
  expect(container).toMatchObject({ command: ["python", "manage.py", "migrate"] });
  expect(container).not.toHaveProperty("envFrom");
  expect(names(container?.["env"])).toEqual([
    "DATABASE_URL",
    "APG_ENVIRONMENT",
    "APG_LOG_LEVEL",
    "APG_DEBUG",
  ]);
  expect(JSON.stringify(container).split("secretKeyRef").length - 1).toBe(1);
});

test("behind a pooler it connects to the primary itself, by a key that nothing else reads", () => {
  expect(databaseVariable(true)).toEqual(databaseVariableOf("database-direct-url"));
  expect(databaseVariable(false)).toEqual(databaseVariableOf("database-url"));
  expect(JSON.stringify(application(applicationSpec))).not.toContain("database-direct-url");
});

test("it trusts the database's authority only where the database is ours", () => {
  const ours = podOf(only(migration(migrationSpec), "Job"));
  const elsewhere = podOf(only(migration({ ...migrationSpec, databaseAuthority: undefined }), "Job"));
  expect(names(ours["volumes"])).toEqual(["temp", "database-authority"]);
  expect(names(elsewhere["volumes"])).toEqual(["temp"]);
});

test("no pod of the application migrates; in the guide every one does, at each scale-up (K10)", () => {
  expect(migratesPerPod(only(application(applicationSpec), "Deployment"))).toBe(false);
  expect(migratesPerPod(guideFixture("K10-migration-in-every-pod"))).toBe(true);
});

function databaseVariable(directly: boolean): unknown {
  const [container] = containersOf(only(migration({ ...migrationSpec, directly }), "Job"));
  return asArray(container?.["env"])[0];
}

function databaseVariableOf(key: string): unknown {
  return {
    name: "DATABASE_URL",
    valueFrom: { secretKeyRef: { name: "apg-cash-management-secrets", key } },
  };
}

function jobName(changes: Partial<Migration>): string {
  return nameOf(asObject(only(migration({ ...migrationSpec, ...changes }), "Job")["metadata"]));
}

function migratesPerPod(deployment: JsonObject): boolean {
  return containersOf(deployment).some(({ command }) => asArray(command).includes("migrate"));
}
