import { at, listAt, textAt } from "../json.ts";
import type { PlanObject } from "../read/objects.ts";
import type { ObjectSet } from "./neighbours.ts";

/** What becomes of data when an object is deleted. */
export interface Loss {
  readonly data: "lost" | "kept" | "none";
  readonly cause: string;
  readonly depends: readonly string[];
  /** Counts against the stricter part of the deletion budget, whether or not data goes with it. */
  readonly bearing: boolean;
}

const none: Loss = { data: "none", cause: "", depends: [], bearing: false };

/** Returns what becomes of data when the object is deleted, from the manifest alone. */
export function lossOf(object: PlanObject, set: ObjectSet): Loss {
  const { group, kind, body } = object;
  switch (`${group}/${kind}`) {
    case "/PersistentVolumeClaim":
      return claimLoss(object, set);
    case "/PersistentVolume":
      return textAt(body, "spec", "persistentVolumeReclaimPolicy") === "Delete"
        ? {
            data: "lost",
            cause: "its reclaim policy is Delete: the disk goes with it",
            depends: [],
            bearing: true,
          }
        : { data: "kept", cause: "its reclaim policy keeps the disk", depends: [], bearing: true };
    case "apps/StatefulSet":
      return statefulSetLoss(object);
    case "/Namespace":
      return {
        data: "lost",
        cause: "everything in the namespace goes with it, claims and Secrets too",
        depends: [],
        bearing: true,
      };
    case "apiextensions.k8s.io/CustomResourceDefinition":
      return {
        data: "lost",
        cause: "every custom resource of this definition goes with it",
        depends: [],
        bearing: true,
      };
    case "/Secret":
      return { data: "lost", cause: "the values of the Secret go with it", depends: [], bearing: true };
    case "external-secrets.io/ExternalSecret":
      return externalSecretLoss(object);
    default:
      return none;
  }
}

function claimLoss({ body }: PlanObject, set: ObjectSet): Loss {
  const name = textAt(body, "spec", "storageClassName");
  const storageClass = name === undefined ? undefined : set.get(`storage.k8s.io/StorageClass//${name}`);
  const inUse = "a pod that still uses the claim keeps it until it ends";
  if (storageClass) {
    const keeps = textAt(storageClass.body, "reclaimPolicy") === "Retain";
    return keeps
      ? {
          data: "kept",
          cause: `StorageClass ${name} has reclaim policy Retain: the disk stays, without a claim`,
          depends: [],
          bearing: true,
        }
      : {
          data: "lost",
          cause: `StorageClass ${name} has reclaim policy Delete: the disk goes with the claim`,
          depends: [inUse],
          bearing: true,
        };
  }
  const of = name === undefined ? "the default StorageClass" : `StorageClass ${name}`;
  return {
    data: "lost",
    cause: "the disk goes with the claim",
    depends: [`the reclaim policy of its volume is Delete (${of} is not in this tree)`, inUse],
    bearing: true,
  };
}

function statefulSetLoss({ body }: PlanObject): Loss {
  if (listAt(body, "spec", "volumeClaimTemplates").length === 0) return none;
  return textAt(body, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") === "Delete"
    ? {
        data: "lost",
        cause: "persistentVolumeClaimRetentionPolicy.whenDeleted is Delete: its claims go with it",
        depends: [],
        bearing: true,
      }
    : { data: "kept", cause: "its claims stay in the cluster", depends: [], bearing: true };
}

// External Secrets Operator, documentation of ExternalSecret: with creationPolicy Owner (the default) the Secret has an
// owner reference and is collected with it.
function externalSecretLoss({ body, name }: PlanObject): Loss {
  const policy = textAt(body, "spec", "target", "creationPolicy") ?? "Owner";
  const secret = textAt(body, "spec", "target", "name") ?? name;
  if (policy !== "Owner")
    return {
      data: "kept",
      cause: `Secret ${secret} stays (creationPolicy ${policy})`,
      depends: [],
      bearing: true,
    };
  const generated = listAt(body, "spec", "dataFrom").some(
    (entry) => at(entry, "sourceRef", "generatorRef") !== undefined,
  );
  return generated
    ? {
        data: "lost",
        cause: `Secret ${secret} goes with it, and its generated values are nowhere else`,
        depends: [],
        bearing: true,
      }
    : {
        data: "kept",
        cause: `Secret ${secret} goes with it; its values stay in the store`,
        depends: [],
        bearing: true,
      };
}
