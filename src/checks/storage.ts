import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, objects, ofKind, text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { claimsOf } from "./template-claims.ts";

const annotation = "storageclass.kubernetes.io/is-default-class";

/** Classes have a driver that exists and keep what they hold; claims ask a class for what it can do. */
export const storage: Rule = {
  id: "storage",
  reason:
    "a volume that is never made keeps its pod Pending, and one that goes with its claim takes the data",
  source:
    "Kubernetes, Storage Classes; Persistent Volumes, Access Modes; Google Cloud, Regional Persistent Disk",
  values: ["cluster.storageClasses", "global.storageClass", "persistence.logs"],
  *check(manifests) {
    const classes = ofKind(manifests, "StorageClass");
    for (const manifest of classes) yield* classFindings(manifest);
    for (const { manifest, path, spec } of claimsOf(manifests)) {
      const modes = asArray(spec["accessModes"]);
      const name = text(spec["storageClassName"]);
      const disk = classes.some((one) => one.name === name);
      if (modes.length !== 1)
        yield {
          manifest,
          path: `${path}.accessModes`,
          message: "names no single mode; name the one that is used",
        };
      else if (modes[0] !== "ReadWriteOnce" && (disk || manifest.kind === "StatefulSet"))
        yield {
          manifest,
          path: `${path}.accessModes`,
          message: `is ${text(modes[0])}, which the disks of ${name} cannot do; ReadWriteOnce fits`,
        };
    }
  },
};

function* classFindings(manifest: Manifest): Iterable<Finding> {
  const { body } = manifest;
  const provisioner = text(body["provisioner"]);
  if (provisioner === "" || provisioner.startsWith("kubernetes.io/"))
    yield {
      manifest,
      path: "provisioner",
      message: `is ${provisioner}, a driver that was removed from Kubernetes; a CSI driver such as pd.csi.storage.gke.io fits`,
    };
  for (const [key, wanted, reason] of [
    ["reclaimPolicy", "Retain", "a deleted claim takes the data with it"],
    ["volumeBindingMode", "WaitForFirstConsumer", "a volume is made in a zone that its pod cannot reach"],
    ["allowVolumeExpansion", true, "a full volume cannot grow"],
  ] as const) {
    if (body[key] !== wanted)
      yield {
        manifest,
        path: key,
        message: `is ${JSON.stringify(body[key] ?? null)}: ${reason}; ${String(wanted)} fits`,
      };
  }
  if (at(body, "metadata", "annotations", annotation) !== "false")
    yield {
      manifest,
      path: `metadata.annotations["${annotation}"]`,
      message: 'is not "false": claims of others would land here',
    };
  if (at(body, "parameters", "replication-type") !== "regional-pd") return;
  const topologies = objects(body["allowedTopologies"]).flatMap((one) =>
    objects(one["matchLabelExpressions"]),
  );
  for (const { item: topology, path } of items(topologies, "allowedTopologies[0].matchLabelExpressions")) {
    const zones = new Set(asArray(topology["values"]));
    if (zones.size !== 2)
      yield {
        manifest,
        path: `${path}.values`,
        message: `names ${zones.size} zones; a regional disk has exactly two`,
      };
  }
}
