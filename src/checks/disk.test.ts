import { expect, test } from "vitest";
import { testRule } from "../../test/rule-cases.ts";
import { asArray, asObject, type Json, type Manifest } from "../kubernetes/manifest.ts";
import { changed, changedText, manifestOf, tree } from "../../test/trees.ts";
import { disk } from "./disk.ts";

const postgresql = "ConfigMap/apg-cash-management-postgres-config";
const redis = "ConfigMap/apg-cash-management-redis-config";
const namespace = "Namespace/apg-cash-management";
const declared = 'metadata.annotations["database-size"]';
const claim = "spec.volumeClaimTemplates[0].spec.resources.requests.storage";
const names = (manifests: readonly Manifest[]): readonly string[] =>
  [...disk.check(manifests)].map(({ manifest }) => manifest.name);

testRule(disk);

test("a database larger than its backups is reported where the copies are kept, as a sum", () => {
  const found = [...disk.check(changed(tree(), namespace, declared, "150Gi"))];
  expect(found.map(({ manifest, path }) => [manifest.name, path])).toStrictEqual([
    ["postgres-backup", claim],
  ]);
  expect(found[0]?.message).toContain("is 1048576 MiB, but 1441178 MiB may have to be held");
  expect(found[0]?.message).toContain("1228800 MiB  7 base backups and one in the making");
  expect(found[0]?.message).toContain("107520 MiB  WAL of 7 days");
});

test("more backups need a larger volume", () => {
  const keep = "spec.jobTemplate.spec.template.spec.containers[0].env[3].value";
  expect(names(changed(tree(), "CronJob/postgres-base-backup", keep, "14"))).toStrictEqual([
    "postgres-backup",
  ]);
});

test.for([
  [
    "max_slot_wal_keep_size = 20GB",
    "max_slot_wal_keep_size = -1",
    "a slot without a limit holds back everything",
  ],
  [
    "max_slot_wal_keep_size = 20GB",
    "max_slot_wal_keep_size = 400GB",
    "slots hold back more than the volume has",
  ],
  ["max_slot_wal_keep_size = 20GB", "", "the default has no limit"],
  ["max_wal_size = 2GB", "max_wal_size = 400GB", "checkpoints are far apart"],
  ["wal_keep_size = 1GB", "wal_keep_size = 400GB", "WAL is kept for nobody"],
  ["max_connections = 200", "archive_mode = on", "an archive_command may fail"],
] as const)("%s → %s: %s, on every server and where a backup is restored", ([from, to]) => {
  const found = names(changedText(tree(), postgresql, "sizes.conf", from, to));
  expect(found).toStrictEqual(
    expect.arrayContaining(["postgres-primary", "postgres-replica", "postgres-restore-rehearsal"]),
  );
});

test.for(["StatefulSet/postgres-primary", "StatefulSet/postgres-replica", "StatefulSet/postgres-backup"])(
  "%s with a volume of 100Gi is reported",
  (object) => {
    expect(names(changed(tree(), object, claim, "100Gi"))).toStrictEqual([
      object.slice("StatefulSet/".length),
    ]);
  },
);

test("a volume that a restored copy does not fit is reported", () => {
  const path =
    "spec.jobTemplate.spec.template.spec.volumes[3].ephemeral.volumeClaimTemplate.spec.resources.requests.storage";
  expect(names(changed(tree(), "CronJob/postgres-restore-rehearsal", path, "100Gi"))).toStrictEqual([
    "postgres-restore-rehearsal",
  ]);
});

test("Redis needs room for its file, the rewrite and a copy, and for its dumps", () => {
  expect(names(changedText(tree(), redis, "sizes.conf", "maxmemory 768mb", "maxmemory 25gb"))).toStrictEqual([
    "redis-master",
    "redis-replica",
    "redis-backup",
  ]);
  expect(names(changed(tree(), "StatefulSet/redis-master", claim, "2Gi"))).toStrictEqual(["redis-master"]);
});

test("a tree that declares no size keeps half of each volume for the database", () => {
  expect(names(changed(tree(), namespace, declared, undefined))).toStrictEqual([]);
  const small = changed(
    changed(tree(), namespace, declared, undefined),
    "StatefulSet/postgres-primary",
    claim,
    "40Gi",
  );
  const [found] = [...disk.check(small)];
  expect(found?.message).toContain("half of the volume, the Namespace declares no size");
});

test.for<readonly [string, Json | undefined, string]>([
  ["volumes[1].emptyDir.sizeLimit", "20Gi", "20480 MiB  directory ml-models"],
  ["volumes[1].emptyDir.sizeLimit", undefined, "Infinity MiB  directory ml-models"],
  [
    'containers[0].resources.requests["ephemeral-storage"]',
    "1Gi",
    "is 1024 MiB (what the containers request)",
  ],
])("directories larger than what is kept for them are reported: %s %j", ([path, value, expected]) => {
  const application = tree().find(
    ({ kind, name }) => kind === "Deployment" && name === "apg-cash-management",
  );
  const volumes = asArray(
    asObject(asObject(asObject(application?.body["spec"])["template"])["spec"])["volumes"],
  );
  expect(asObject(volumes[1])["name"]).toBe("ml-models");
  const [found] = [
    ...disk.check(changed(tree(), "Deployment/apg-cash-management", `spec.template.spec.${path}`, value)),
  ];
  expect(found?.message).toContain(expected);
});

test("a request that nobody states comes from the limit, then from the LimitRange", () => {
  const range = manifestOf({
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "range" },
    spec: { limits: [{ type: "Container", defaultRequest: { "ephemeral-storage": "512Mi" } }] },
  });
  expect(names([pod({})])).toStrictEqual(["one"]);
  expect(names([pod({ limits: { "ephemeral-storage": "1Gi" } })])).toStrictEqual([]);
  expect(names([pod({}), range])).toStrictEqual([]);
});

function pod(resources: Json): Manifest {
  return manifestOf({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "one" },
    spec: {
      containers: [{ name: "main", resources }],
      volumes: [{ name: "work", emptyDir: { sizeLimit: "256Mi" } }],
    },
  });
}
