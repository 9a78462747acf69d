import { isLabelValue } from "../../../kubernetes/labels.ts";
import { at, isObject, listAt, mapAt, textAt, type JsonObject, type Path } from "../../json.ts";
import type { PlanObject } from "../../read/objects.ts";
import type { Refusal } from "./rule.ts";
import { podValues, replicas, valueRules } from "./values.ts";

// What the server refuses whatever was there before. Only the rules that a change of a rendered tree meets in practice
// and that no schema tells: the checks of the pipeline and the real API server hold the rest.
// Source: Kubernetes pkg/apis/{apps,batch,core}/validation and apimachinery/pkg/api/validation.

type Validity = (object: JsonObject, minor: number) => readonly Refusal[];

const refusal = (path: Path, message: string, ...wayOut: readonly string[]): Refusal => ({
  path,
  message,
  wayOut,
});

const selectorMatches: Validity = (object) => {
  if (at(object, "spec", "selector") === undefined)
    return [refusal(["spec", "selector"], "Required value", "name the labels of its pods")];
  const wanted = mapAt(object, "spec", "selector", "matchLabels");
  const labels = mapAt(object, "spec", "template", "metadata", "labels");
  return Object.entries(wanted).every(([key, value]) => labels[key] === value)
    ? []
    : [
        refusal(
          ["spec", "template", "metadata", "labels"],
          "`selector` does not match template `labels`",
          "give the template the labels of the selector",
        ),
      ];
};

const isZero = (value: unknown): boolean => value === 0 || value === "0%" || value === "0";

const deploymentStrategy: Validity = (object) => {
  const strategy = mapAt(object, "spec", "strategy");
  const path = ["spec", "strategy", "rollingUpdate"];
  if (strategy["type"] === "Recreate" && isObject(strategy["rollingUpdate"])) {
    return [
      refusal(
        path,
        "may not be specified when strategy `type` is 'Recreate'",
        "write rollingUpdate: null beside type: Recreate: server-side apply then removes what the server filled in",
      ),
    ];
  }
  const rolling = mapAt(strategy, "rollingUpdate");
  return strategy["type"] === "RollingUpdate" &&
    isZero(rolling["maxSurge"]) &&
    isZero(rolling["maxUnavailable"])
    ? [
        refusal(
          [...path, "maxUnavailable"],
          "may not be 0 when `maxSurge` is 0",
          "allow one pod more or one pod less",
        ),
      ]
    : [];
};

const daemonSetStrategy: Validity = (object) => {
  const strategy = mapAt(object, "spec", "updateStrategy");
  const path = ["spec", "updateStrategy", "rollingUpdate"];
  if (strategy["type"] !== "RollingUpdate") return [];
  const { maxSurge, maxUnavailable } = mapAt(strategy, "rollingUpdate");
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    return [
      refusal(
        [...path, "maxUnavailable"],
        "cannot be 0 when maxSurge is 0",
        "allow one pod more or one pod less",
      ),
    ];
  }
  return isZero(maxSurge) || isZero(maxUnavailable)
    ? []
    : [
        refusal(
          [...path, "maxSurge"],
          "may not be set when maxUnavailable is non-zero",
          "set one of the two to 0",
        ),
      ];
};

const statefulSetStrategy: Validity = (object) => {
  const strategy = mapAt(object, "spec", "updateStrategy");
  return strategy["type"] === "OnDelete" && isObject(strategy["rollingUpdate"])
    ? [
        refusal(
          ["spec", "updateStrategy", "rollingUpdate"],
          "only allowed for updateStrategy 'RollingUpdate'",
          "write rollingUpdate: null beside type: OnDelete",
        ),
      ]
    : [];
};

const templateRestart =
  (allowed: readonly string[]): Validity =>
  (object) => {
    const policy = textAt(object, "spec", "template", "spec", "restartPolicy") ?? "Always";
    return allowed.includes(policy)
      ? []
      : [
          refusal(
            ["spec", "template", "spec", "restartPolicy"],
            `Unsupported value: "${policy}"`,
            `set it to ${allowed.join(" or ")}`,
          ),
        ];
  };

const sourceOf = (volume: JsonObject): string[] => Object.keys(volume).filter((key) => key !== "name");
const volumeSources: Validity = (object) =>
  listAt(object, "spec", "template", "spec", "volumes").flatMap((volume) =>
    isObject(volume) && sourceOf(volume).length > 1
      ? [
          refusal(
            ["spec", "template", "spec", "volumes", `[${textAt(volume, "name") ?? ""}]`],
            "may not specify more than 1 volume type",
            "give the volume a new name together with its new source",
          ),
        ]
      : [],
  );

const mebibyte = 2 ** 20;
const sizeOf = (map: JsonObject): number =>
  Object.values(map).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? Buffer.byteLength(value) : 0),
    0,
  );

const configMapSize: Validity = (object) =>
  sizeOf(mapAt(object, "data")) + (sizeOf(mapAt(object, "binaryData")) * 3) / 4 > mebibyte
    ? [refusal(["data"], `Too long: must have at most ${mebibyte} bytes`, "split the ConfigMap")]
    : [];

const tlsKeys: Validity = (object) =>
  object["type"] === "kubernetes.io/tls"
    ? ["tls.crt", "tls.key"]
        .filter((key) => !Object.hasOwn(mapAt(object, "data"), key))
        .map((key) => refusal(["data", key], "Required value", `add the key ${key}`))
    : [];

const annotationLimit = 256 * 1024;
const annotations: Validity = (object) => {
  const map = mapAt(object, "metadata", "annotations");
  const size = sizeOf(map) + Object.keys(map).reduce((sum, key) => sum + Buffer.byteLength(key), 0);
  return size > annotationLimit
    ? [
        refusal(
          ["metadata", "annotations"],
          `Too long: must have at most ${annotationLimit} bytes`,
          "move what they hold to a ConfigMap",
        ),
      ]
    : [];
};

const labelLength = 63;
const labels: Validity = (object) =>
  [
    ["metadata", "labels"],
    ["spec", "template", "metadata", "labels"],
  ].flatMap((path) =>
    Object.values(mapAt(object, ...path)).flatMap((value) => {
      if (typeof value !== "string" || isLabelValue(value)) return [];
      return Buffer.byteLength(value) > labelLength
        ? [refusal(path, `must be no more than ${labelLength}`, "shorten the label, or annotate instead")]
        : [refusal(path, "a valid label must be an empty string or consist of", "annotate instead")];
    }),
  );

const podTemplate = podValues(["spec", "template"]);
const runsAlways = templateRestart(["Always"]);
const runsToEnd = templateRestart(["OnFailure", "Never"]);

const rules: Readonly<Record<string, readonly Validity[]>> = {
  "apps/Deployment": [replicas, podTemplate, selectorMatches, deploymentStrategy, runsAlways, volumeSources],
  "apps/ReplicaSet": [replicas, podTemplate, selectorMatches, runsAlways, volumeSources],
  "apps/StatefulSet": [
    replicas,
    podTemplate,
    selectorMatches,
    statefulSetStrategy,
    runsAlways,
    volumeSources,
  ],
  "apps/DaemonSet": [podTemplate, selectorMatches, daemonSetStrategy, runsAlways, volumeSources],
  "batch/Job": [podTemplate, runsToEnd, volumeSources],
  "batch/CronJob": [podValues(["spec", "jobTemplate", "spec", "template"])],
  "/ConfigMap": [configMapSize],
  "/Secret": [tlsKeys],
};

/**
 * Returns what makes an object invalid whatever was there before, to a server of a minor version; the object is as the
 * server would store it.
 */
export function invalidities(
  { group, kind }: Pick<PlanObject, "group" | "kind">,
  object: JsonObject,
  minor: number,
): readonly Refusal[] {
  const key = `${group}/${kind}`;
  const own = Object.hasOwn(rules, key) ? (rules[key] ?? []) : [];
  const values = Object.hasOwn(valueRules, key) ? (valueRules[key] ?? []) : [];
  return [...own, ...values, annotations, labels].flatMap((rule) => rule(object, minor));
}

/** Returns the refusal of an object that client-side apply, which copies the manifest into an annotation, makes too large. */
export function clientSideRefusal({ body }: PlanObject): readonly Refusal[] {
  return Buffer.byteLength(JSON.stringify(body)) > annotationLimit
    ? [
        refusal(
          ["metadata", "annotations"],
          `Too long: must have at most ${annotationLimit} bytes`,
          "add ServerSideApply=true to its sync options: client-side apply copies the whole manifest into an annotation",
        ),
      ]
    : [];
}
