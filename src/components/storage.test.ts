import { expect, test } from "vitest";
import { only, sealed } from "../../test/application-specs.ts";
import { guideFixture } from "../../test/guide.ts";
import { asArray, asObject, type JsonObject } from "../kubernetes/manifest.ts";
import { type Storage, storage, storageClassNames } from "./storage.ts";

const classes: NonNullable<Storage["classes"]> = { zones: ["us-central1-a", "us-central1-b"] };
const logs: NonNullable<Storage["logs"]> = {
  storageClass: "shared-files",
  size: "50Gi",
  accessMode: "ReadWriteMany",
  wave: 20,
};

test("the guide's two classes are regional disks in two zones that keep their data", () => {
  const common = {
    provisioner: "pd.csi.storage.gke.io",
    allowedTopologies: [
      {
        matchLabelExpressions: [{ key: "topology.gke.io/zone", values: ["us-central1-a", "us-central1-b"] }],
      },
    ],
    allowVolumeExpansion: true,
    reclaimPolicy: "Retain",
    volumeBindingMode: "WaitForFirstConsumer",
  };
  expect(sealed(storage({ classes }))).toMatchObject([
    {
      metadata: { name: "apg-ssd-fast" },
      ...common,
      parameters: { type: "pd-ssd", "replication-type": "regional-pd" },
    },
    {
      metadata: { name: "apg-ssd-standard" },
      ...common,
      parameters: { type: "pd-standard", "replication-type": "regional-pd" },
    },
  ]);
});

test("the driver knows every parameter; the guide's driver is gone, and its zones are three and unknown (K5)", () => {
  for (const body of sealed(storage({ classes }))) expect(provisions(body)).toBe(true);
  expect(provisions(guideFixture("K5-storage-class"))).toBe(false);
});

test("a cluster with classes of its own gets none", () => {
  expect(storage({})).toEqual([]);
});

test("the claim of the logs waits in its consumer's wave and is never pruned", () => {
  expect(only(storage({ logs }), "PersistentVolumeClaim")).toMatchObject({
    metadata: {
      name: "apg-logs-pvc",
      annotations: {
        "argocd.argoproj.io/sync-options": "Prune=false,Delete=false",
        "argocd.argoproj.io/sync-wave": "20",
      },
    },
    spec: {
      accessModes: ["ReadWriteMany"],
      storageClassName: "shared-files",
      resources: { requests: { storage: "50Gi" } },
    },
  });
});

test("a volume that many nodes write to is not on a disk; the guide's is (K6)", () => {
  expect(sharedDisk(only(storage({ classes, logs }), "PersistentVolumeClaim"))).toBe(false);
  expect(sharedDisk(guideFixture("K6-shared-disk"))).toBe(true);
});

function provisions({ provisioner, parameters, allowedTopologies }: JsonObject): boolean {
  const [term] = asArray(allowedTopologies).map(asObject);
  const [zones] = asArray(term?.["matchLabelExpressions"]).map(asObject);
  return (
    provisioner === "pd.csi.storage.gke.io" &&
    Object.keys(asObject(parameters)).every((name) => ["type", "replication-type"].includes(name)) &&
    asArray(zones?.["values"]).length === 2
  );
}

function sharedDisk({ spec }: JsonObject): boolean {
  const { accessModes, storageClassName } = asObject(spec);
  const disks: readonly unknown[] = Object.values(storageClassNames);
  return asArray(accessModes).includes("ReadWriteMany") && disks.includes(storageClassName);
}
