import { expect, test } from "vitest";
import { access } from "../src/components/access.ts";
import { application } from "../src/components/application.ts";
import { autoscaling } from "../src/components/autoscaling.ts";
import { migration } from "../src/components/migration.ts";
import { smokeTest } from "../src/components/smoke-test.ts";
import { storage } from "../src/components/storage.ts";
import { asArray, asObject, type JsonObject } from "../src/kubernetes/manifest.ts";
import {
  applicationSpec,
  autoscalingSpec,
  migrationSpec,
  podSpec,
  sealed,
  smokeTestSpec,
} from "./application-specs.ts";
import { guideFixture } from "./guide.ts";
import { containersOf, nameOf, podOf } from "./pod-parts.ts";

const logs = { storageClass: "shared-files", size: "50Gi", accessMode: "ReadWriteMany", wave: 20 } as const;
const accounts = ["apg-cash-management", "apg-cash-management-migration", "apg-cash-management-smoke-test"];

// Defects that only show across components; those of one component are tested beside it.
const system = sealed([
  ...storage({ logs }),
  ...access({ namespace: "apg-cash-management", accounts }),
  ...migration(migrationSpec),
  ...application({
    ...applicationSpec,
    pod: { ...podSpec, volumes: { ...podSpec.volumes, logs: "claim" } },
  }),
  ...autoscaling(autoscalingSpec),
  ...smokeTest(smokeTestSpec),
]);

test("K3: every claim is mounted by a pod; the guide's stands beside templates and is never bound", () => {
  expect(orphanedClaims(system)).toEqual([]);
  expect(orphanedClaims([...system, guideFixture("K3-standalone-claim")])).toEqual(["postgres-primary-pvc"]);
});

test("K13: what has an autoscaler states no number of pods", () => {
  const guide = [guideFixture("K13-replicas-under-autoscaler"), guideFixture("K12-metric-without-server")];
  expect(contested(system)).toEqual([]);
  expect(contested(guide)).toEqual(["apg-cash-management"]);
});

test("K15: no two workloads share an account, and each account exists", () => {
  expect(shared(system)).toEqual([]);
  expect(shared([...system, guideFixture("K15-shared-account")])).toEqual(["apg-cash-management"]);
  expect(workloads(system).map(accountOf).toSorted()).toEqual(accounts.toSorted());
});

test("K15: no pod gets a token that it did not ask for", () => {
  for (const body of workloads(system)) expect(podOf(body)["automountServiceAccountToken"]).toBe(false);
});

test("K22: every pod fits the Pod Security Standard `restricted` with a root file system that is read-only", () => {
  expect(workloads(system).flatMap(unrestricted)).toEqual([]);
  expect(unrestricted(guideFixture("K22-root"))).toEqual([
    "redis-master: runAsNonRoot",
    "redis-master: seccompProfile",
    "redis-master/redis: allowPrivilegeEscalation",
    "redis-master/redis: capabilities",
    "redis-master/redis: readOnlyRootFilesystem",
  ]);
});

test("K1: every container states what it needs and what it may use, Jobs included", () => {
  expect(workloads(system).flatMap(unbounded)).toEqual([]);
  expect(unbounded(guideFixture("K22-root"))).toEqual(["redis-master/redis"]);
});

function workloads(bodies: readonly JsonObject[]): JsonObject[] {
  return bodies.filter((body) => containersOf(body).length > 0 || accountOf(body) !== "");
}

function orphanedClaims(bodies: readonly JsonObject[]): string[] {
  const volumes = bodies.flatMap((body) => asArray(podOf(body)["volumes"]).map(asObject));
  const mounted = new Set(
    volumes.map(({ persistentVolumeClaim }) => asObject(persistentVolumeClaim)["claimName"]),
  );
  return bodies
    .filter(({ kind }) => kind === "PersistentVolumeClaim")
    .map(objectName)
    .filter((name) => !mounted.has(name));
}

function contested(bodies: readonly JsonObject[]): string[] {
  const scaled = bodies.map(({ spec }) => asObject(asObject(spec)["scaleTargetRef"])["name"]);
  return bodies
    .filter((body) => "replicas" in asObject(body["spec"]))
    .map(objectName)
    .filter((name) => scaled.includes(name));
}

function shared(bodies: readonly JsonObject[]): string[] {
  const used = workloads(bodies).map(accountOf);
  return used.filter((account, position) => used.indexOf(account) < position);
}

function unrestricted(body: JsonObject): string[] {
  const { runAsNonRoot, seccompProfile } = asObject(podOf(body)["securityContext"]);
  const name = objectName(body);
  return [
    ...(runAsNonRoot === true ? [] : [`${name}: runAsNonRoot`]),
    ...(asObject(seccompProfile)["type"] === "RuntimeDefault" ? [] : [`${name}: seccompProfile`]),
    ...containersOf(body).flatMap((container) =>
      openedBy(container).map((field) => `${name}/${nameOf(container)}: ${field}`),
    ),
  ];
}

function openedBy(container: JsonObject): string[] {
  const { allowPrivilegeEscalation, capabilities, readOnlyRootFilesystem } = asObject(
    container["securityContext"],
  );
  const restrictions = {
    allowPrivilegeEscalation: allowPrivilegeEscalation === false,
    capabilities: asArray(asObject(capabilities)["drop"]).includes("ALL"),
    readOnlyRootFilesystem: readOnlyRootFilesystem === true,
  };
  return Object.entries(restrictions).flatMap(([field, holds]) => (holds ? [] : [field]));
}

function unbounded(body: JsonObject): string[] {
  return containersOf(body)
    .filter(({ resources }) => {
      const { requests, limits } = asObject(resources);
      return ![requests, limits].every((amounts) =>
        ["cpu", "memory"].every((key) => key in asObject(amounts)),
      );
    })
    .map((container) => `${objectName(body)}/${nameOf(container)}`);
}

function accountOf(body: JsonObject): string {
  const { serviceAccountName } = podOf(body);
  return typeof serviceAccountName === "string" ? serviceAccountName : "";
}

function objectName(body: JsonObject): string {
  return nameOf(asObject(body["metadata"]));
}
