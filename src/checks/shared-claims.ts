import { asArray, type JsonObject } from "../kubernetes/manifest.ts";
import { at, find, objects, text } from "./read.ts";
import type { Rule } from "./rule.ts";
import { matches, podNames } from "./selection.ts";
import { type Workload, workloads } from "./workloads.ts";

interface Mount {
  readonly workload: Workload;
  readonly path: string;
}

/** A volume that one node attaches is mounted by one pod, or by pods that required affinity keeps on one node. */
export const sharedClaims: Rule = {
  id: "shared-claims",
  reason: "a pod on another node waits for the volume for ever",
  source: "Kubernetes, Persistent Volumes, Access Modes; Assigning Pods to Nodes, Inter-pod affinity",
  values: ["postgresql.backup.enabled", "persistence.logs"],
  *check(manifests) {
    const all = workloads(manifests);
    const owners = new Map<string, Mount>();
    for (const workload of all) {
      for (const template of objects(at(workload.manifest.body, "spec", "volumeClaimTemplates"))) {
        for (const pod of podNames(workload))
          owners.set(`${text(at(template, "metadata", "name"))}-${pod}`, { workload, path: "" });
      }
    }
    for (const workload of all) {
      for (const [index, volume] of objects(workload.pod["volumes"]).entries()) {
        const claim = at(volume, "persistentVolumeClaim", "claimName");
        if (claim === undefined) continue;
        const spec = at(find(manifests, "PersistentVolumeClaim", text(claim))?.body, "spec");
        if (asArray(at(spec, "accessModes")).includes("ReadWriteMany")) continue;
        const path = `${workload.path}.volumes[${index}].persistentVolumeClaim`;
        const owner = owners.get(text(claim));
        const alone = owner === undefined && workload.largest === 1;
        if (!alone && !(owner && beside(workload, owner.workload.labels)))
          yield {
            manifest: workload.manifest,
            path,
            message: `is ${text(claim)}, a volume of one node, which ${owner ? owner.workload.manifest.name : "several pods"} mounts too; required pod affinity to it on kubernetes.io/hostname fits`,
          };
        else if (owner === undefined) owners.set(text(claim), { workload, path });
      }
    }
  },
};

function beside({ pod }: Workload, labels: JsonObject): boolean {
  const terms = at(pod, "affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
  return objects(terms).some(
    (term) =>
      term["topologyKey"] === "kubernetes.io/hostname" &&
      term["labelSelector"] !== undefined &&
      matches(term["labelSelector"], labels),
  );
}
