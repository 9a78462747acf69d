import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { StatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import { describe, expect, test } from "vitest";
import { findModel } from "../../test/pods/find-model.ts";
import { smallPostgresqlBackup } from "../../test/pods/specs.ts";
import type { Model } from "../kubernetes/manifest.ts";
import { postgresqlBackup } from "./postgresql-backup.ts";

const copy = {
  image: "docker.io/rclone/rclone:1.75.1",
  provider: "GCS",
  endpoint: "https://storage.example.com",
  region: "r",
  bucket: "b",
};
const models = postgresqlBackup({ ...smallPostgresqlBackup(), copy: { ...copy, schedule: "5 * * * *" } });
const inCluster = postgresqlBackup(smallPostgresqlBackup());

describe("postgresqlBackup", () => {
  test("every object fits its schema", () => {
    for (const model of models) expect(() => model.validate()).not.toThrow();
  });

  test("whoever uses the backup claim runs on the node that has it", () => {
    const labels = findModel(models, StatefulSet, "postgres-backup").spec?.template.metadata?.labels ?? {};
    for (const name of ["postgres-base-backup", "postgres-backup-copy", "postgres-restore-rehearsal"]) {
      const pod = findModel(models, CronJob, name).spec?.jobTemplate.spec?.template.spec;
      expect(pod?.volumes).toContainEqual({
        name: "backup-storage",
        persistentVolumeClaim: { claimName: "backup-storage-postgres-backup-0" },
      });
      const [term] = pod?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      expect(term?.topologyKey).toBe("kubernetes.io/hostname");
      expect(labels).toMatchObject(term?.labelSelector?.matchLabels ?? { none: "" });
    }
  });

  test("a backup that is still running is not joined by the next, and a failed one is not tried over and over", () => {
    const { spec } = findModel(models, CronJob, "postgres-base-backup");
    expect(spec).toMatchObject({ schedule: "0 1 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid" });
    expect(spec?.jobTemplate.spec?.backoffLimit).toBe(0);
  });

  test("the keys to the copy off the cluster are files of the two pods that use it, and of nobody else", () => {
    const readers = models
      .filter((model) => JSON.stringify(model).includes("backup-copy-credentials"))
      .map(({ metadata }) => metadata?.name);
    expect(readers).toEqual(["postgres-backup-copy", "postgres-restore-rehearsal"]);
    const pod = findModel(models, CronJob, "postgres-backup-copy").spec?.jobTemplate.spec?.template.spec;
    expect(JSON.stringify(pod)).not.toContain("secretKeyRef");
    expect(pod?.initContainers?.map(({ command }) => command)).toEqual([
      ["/bin/cp", "/usr/local/bin/rclone", "/etc/ssl/certs/ca-certificates.crt", "/tools/"],
    ]);
  });

  test("without a bucket nothing of the copy is left", () => {
    expect(inCluster.filter((model) => /COPY_|rclone:|backup-copy/.test(withoutScripts(model)))).toEqual([]);
  });
});

function withoutScripts(model: Model): string {
  return model.kind === "ConfigMap" ? "" : JSON.stringify(model);
}
