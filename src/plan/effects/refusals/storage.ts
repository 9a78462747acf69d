import { at, mapAt, textAt } from "../../json.ts";
import { quantity } from "../../compare/quantity.ts";
import { below, type Update } from "../update.ts";
import { immutable, recreate, reworded, type Refusal, type UpdateRule } from "./rule.ts";

// Source: Kubernetes pkg/apis/core/validation (claims and volumes), pkg/apis/storage/validation.

const newClaim = [
  "create a second claim under a new name with the wanted spec",
  "copy the data, point the workload to it",
  "remove the old claim in a later pull request",
] as const;

const requestPath = ["spec", "resources", "requests", "storage"] as const;

function isMutableInClaim(update: Update, path: readonly (string | number)[]): boolean {
  if (requestPath.every((part, index) => path[index] === part)) return true;
  // Binding writes the volume's name and, retroactively, the default class: once from nothing to a value.
  const field = String(path[1]);
  if (field === "volumeName") return at(update.live, "spec", field) === undefined;
  return (
    field === "volumeAttributesClassName" &&
    update.minor >= 34 &&
    at(update.next, "spec", field) !== undefined
  );
}

const claimSpec: UpdateRule = (update) => {
  const frozen = below(update, "spec").find(({ path }) => !isMutableInClaim(update, path));
  if (!frozen) return [];
  const message =
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
  const isClass = frozen.path[1] === "storageClassName" && frozen.before === undefined;
  const depends = isClass ? ["accepted if it names the class that the claim already got by default"] : [];
  return [{ path: frozen.path, message, wayOut: newClaim, depends }];
};

const claimShrinks: UpdateRule = (update) => {
  const before = quantity(at(update.live, ...requestPath));
  const after = quantity(at(update.next, ...requestPath));
  if (before === undefined || after === undefined || after >= before) return [];
  const message =
    update.minor >= 32
      ? "field can not be less than status.capacity"
      : "field can not be less than previous value";
  const depends =
    update.minor >= 32
      ? ["accepted only while an expansion has failed and the request stays above status.capacity"]
      : [];
  return [{ path: requestPath, message, wayOut: newClaim, depends }];
};

const volume: UpdateRule = (update) => {
  const fixed = new Set([
    "capacity",
    "accessModes",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "mountOptions",
    "claimRef",
    "volumeAttributesClassName",
  ]);
  const frozen = below(update, "spec").find(
    ({ path, before }) =>
      !fixed.has(String(path[1])) &&
      !(
        path[1] === "nodeAffinity" &&
        before === undefined &&
        at(update.live, "spec", "nodeAffinity") === undefined
      ),
  );
  if (!frozen) return [];
  const isAffinity = frozen.path[1] === "nodeAffinity";
  const message = isAffinity
    ? "field is immutable, except for updating from beta label to GA"
    : "spec.persistentvolumesource is immutable after creation";
  return [
    {
      path: frozen.path,
      message: frozen.path[1] === "volumeMode" ? "field is immutable" : message,
      wayOut: recreate("PersistentVolume", "with reclaim policy Retain the data stays"),
    },
  ];
};

const newClass = [
  "give the StorageClass a new name: existing claims keep the old one",
  "or delete it in the cluster and sync: bound volumes keep what they have",
] as const;

/** What is refused when an object of storage changes, by group/kind. */
export const storageRules: Readonly<Record<string, readonly UpdateRule[]>> = {
  "/PersistentVolumeClaim": [claimSpec, claimShrinks],
  "/PersistentVolume": [volume],
  "storage.k8s.io/StorageClass": [
    reworded(["provisioner"], newClass, "updates to provisioner are forbidden."),
    reworded(["parameters"], newClass, "updates to parameters are forbidden."),
    reworded(["reclaimPolicy"], newClass, "updates to reclaimPolicy are forbidden."),
    immutable(["volumeBindingMode"], newClass),
  ],
  "storage.k8s.io/VolumeAttributesClass": [
    immutable(["driverName"], newClass),
    immutable(["parameters"], newClass),
  ],
  "storage.k8s.io/CSIDriver": [
    (update) =>
      [
        "attachRequired",
        "volumeLifecycleModes",
        ...(update.minor <= 29 ? ["podInfoOnMount", "fsGroupPolicy"] : []),
      ].flatMap((field) =>
        immutable(["spec", field], recreate("CSIDriver", "no volume can be attached until the sync"))(update),
      ),
  ],
  "storage.k8s.io/CSIStorageCapacity": [
    immutable(["nodeTopology"], recreate("CSIStorageCapacity", "the driver writes it again")),
    immutable(["storageClassName"], recreate("CSIStorageCapacity", "the driver writes it again")),
  ],
};

/** What must hold in the cluster for a claim to grow, and whether the class in the same tree already says no. */
export function growth(
  update: Update,
  classOf: (name: string) => Update["live"] | undefined,
): { readonly refusal?: Refusal; readonly depends: readonly string[] } {
  const before = quantity(at(update.live, ...requestPath));
  const after = quantity(at(update.next, ...requestPath));
  if (before === undefined || after === undefined || after <= before) return { depends: [] };
  const name = textAt(update.live, "spec", "storageClassName");
  const storageClass = name === undefined ? undefined : classOf(name);
  if (storageClass && mapAt(storageClass)["allowVolumeExpansion"] !== true) {
    const message =
      "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    const wayOut = [
      `set allowVolumeExpansion: true on the StorageClass ${name}`,
      "sync again",
      ...newClaim.slice(3),
    ];
    return { refusal: { path: requestPath, message, wayOut }, depends: [] };
  }
  const allows = storageClass
    ? []
    : [`its StorageClass${name === undefined ? "" : ` ${name}`} allows expansion`];
  return { depends: ["the claim is Bound", ...allows] };
}
