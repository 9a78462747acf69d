import { hasBitsBeyondPrefix, isCidr, isStrictSubset } from "../../../kubernetes/cidr.ts";
import { ingressPathProblem } from "../../../kubernetes/ingress-path.ts";
import { isLabelKey, isLabelValue } from "../../../kubernetes/labels.ts";
import { isTimeZone, scheduleProblem } from "../../../kubernetes/schedule.ts";
import type { Block } from "../../../network/addresses.ts";
import { quantity } from "../../compare/quantity.ts";
import {
  at,
  isObject,
  listAt,
  mapAt,
  numberAt,
  textAt,
  type Json,
  type JsonObject,
  type Path,
} from "../../json.ts";
import { amounts, limitRange, quotaBounds } from "./quantities.ts";
import type { Refusal } from "./rule.ts";

// Values that the server refuses of any object, and that schemas let through.
// Source: Kubernetes pkg/apis/{core,batch,policy,networking,rbac}/validation. A real server (1.37.2) refuses each of them.

type Values = (object: JsonObject, minor: number) => readonly Refusal[];

const wayOut = ["correct the value in this pull request"] as const;
const refusal = (path: Path, message: string): Refusal => ({ path, message, wayOut });

function oneOf(value: Json | undefined, path: Path, allowed: readonly string[]): readonly Refusal[] {
  return typeof value === "string" && value !== "" && !allowed.includes(value)
    ? [refusal(path, `Unsupported value: "${value}"`)]
    : [];
}

function port(value: Json | undefined, path: Path): readonly Refusal[] {
  return typeof value === "number" && (value < 1 || value > 65_535)
    ? [refusal(path, "must be between 1 and 65535, inclusive")]
    : [];
}

function repeated(list: readonly Json[], key: string): string | undefined {
  const names = list.flatMap((item) => textAt(item, key) ?? []);
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** Returns the rules for the pods of a template at the path. */
export function podValues(path: readonly string[]): Values {
  return (object) => {
    const spec = mapAt(object, ...path, "spec");
    const here = [...path, "spec"];
    const containers = listAt(spec, "containers");
    const all = [...listAt(spec, "initContainers"), ...containers];
    const twice = repeated(all, "name");
    const known = new Set(
      [...listAt(spec, "volumes"), ...listAt(object, "spec", "volumeClaimTemplates")].flatMap(
        (volume) => textAt(volume, "name") ?? textAt(volume, "metadata", "name") ?? [],
      ),
    );
    return [
      ...(containers.length === 0 ? [refusal([...here, "containers"], "Required value")] : []),
      ...(twice === undefined
        ? []
        : [refusal([...here, "containers"], `duplicate entries for key [name="${twice}"]`)]),
      ...all.flatMap((container) => containerValues(container, here, known)),
      ...(Object.values(mapAt(spec, "nodeSelector")).every((value) => isLabelValue(textAt(value) ?? ""))
        ? []
        : [refusal([...here, "nodeSelector"], "a valid label must be an empty string or consist of")]),
      ...listAt(spec, "tolerations").flatMap((toleration) =>
        tolerationProblems(toleration).map((problem) => refusal([...here, "tolerations"], problem)),
      ),
    ];
  };
}

// ValidateTolerations in pkg/apis/core/validation; no operator means Equal.
function tolerationProblems(toleration: Json): readonly string[] {
  const [key, value] = [textAt(toleration, "key") ?? "", textAt(toleration, "value") ?? ""];
  const operator = textAt(toleration, "operator") ?? "Equal";
  const isTimed = at(toleration, "tolerationSeconds") !== undefined;
  return [
    ...(key === "" && operator !== "Exists" ? ["operator must be Exists when `key` is empty"] : []),
    ...(key !== "" && !isLabelKey(key) ? ["name part must consist of alphanumeric characters"] : []),
    ...(operator === "Exists" && value !== "" ? ["value must be empty when `operator` is 'Exists'"] : []),
    ...(operator === "Equal" && !isLabelValue(value)
      ? ["a valid label must be an empty string or consist of"]
      : []),
    ...(isTimed && textAt(toleration, "effect") !== "NoExecute"
      ? ["effect must be 'NoExecute' when `tolerationSeconds` is set"]
      : []),
  ];
}

function containerValues(container: Json, here: Path, volumes: ReadonlySet<string>): readonly Refusal[] {
  const own = [...here, "containers", `[${textAt(container, "name") ?? ""}]`];
  const limits = mapAt(container, "resources", "limits");
  const above = Object.entries(mapAt(container, "resources", "requests")).filter(([name, request]) => {
    const [most, wanted] = [quantity(limits[name]), quantity(request)];
    return most !== undefined && wanted !== undefined && wanted > most;
  });
  return [
    ...amounts(mapAt(container, "resources", "requests"), [...own, "resources", "requests"]),
    ...amounts(limits, [...own, "resources", "limits"]),
    ...oneOf(
      at(container, "imagePullPolicy"),
      [...own, "imagePullPolicy"],
      ["Always", "IfNotPresent", "Never"],
    ),
    ...listAt(container, "ports").flatMap((item) => port(at(item, "containerPort"), [...own, "ports"])),
    ...listAt(container, "env").flatMap((item) =>
      isObject(item) && !textAt(item, "name") ? [refusal([...own, "env"], "Required value")] : [],
    ),
    ...listAt(container, "volumeMounts").flatMap((mount) => {
      const name = textAt(mount, "name");
      return name !== undefined && !volumes.has(name)
        ? [refusal([...own, "volumeMounts"], `Not found: "${name}"`)]
        : [];
    }),
    ...above.map(([name]) =>
      refusal([...own, "resources", "requests"], `must be less than or equal to ${name} limit`),
    ),
  ];
}

/** The rule for the number of pods. */
export const replicas: Values = (object) =>
  (numberAt(object, "spec", "replicas") ?? 0) < 0
    ? [refusal(["spec", "replicas"], "must be greater than or equal to 0")]
    : [];

const dataKeys: Values = (object) =>
  [...Object.keys(mapAt(object, "data")), ...Object.keys(mapAt(object, "binaryData"))].flatMap((key) =>
    /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== "." && !key.startsWith("..")
      ? []
      : [refusal(["data"], "a valid config key must consist of alphanumeric characters")],
  );

const services: Values = (object) => [
  ...oneOf(
    at(object, "spec", "type"),
    ["spec", "type"],
    ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
  ),
  ...listAt(object, "spec", "ports").flatMap((item) => port(at(item, "port"), ["spec", "ports"])),
];

const claimed: Values = (object) => {
  const path = ["spec", "resources", "requests"];
  return amounts(mapAt(object, ...path), path);
};

const schedules: Values = (object) => {
  const [schedule, zone] = [at(object, "spec", "schedule"), at(object, "spec", "timeZone")];
  const problem = typeof schedule === "string" ? scheduleProblem(schedule) : undefined;
  return [
    ...(problem === undefined ? [] : [refusal(["spec", "schedule"], problem)]),
    ...(typeof zone === "string" && zone !== "" && !isTimeZone(zone)
      ? [refusal(["spec", "timeZone"], `unknown time zone ${zone}`)]
      : []),
  ];
};

const rulesOfRole: Values = (object) =>
  listAt(object, "rules").flatMap((rule) =>
    isObject(rule) && listAt(rule, "verbs").length === 0 ? [refusal(["rules"], "Required value")] : [],
  );

const hosts: Values = (object) =>
  listAt(object, "spec", "rules").flatMap((rule) => [
    ...(/[A-Z]/.test(textAt(rule, "host") ?? "")
      ? [refusal(["spec", "rules"], "a lowercase RFC 1123 subdomain must consist of lower case")]
      : []),
    ...listAt(rule, "http", "paths").flatMap((path) => {
      const type = textAt(path, "pathType") ?? "";
      const problem = ingressPathProblem(textAt(path, "path") ?? "", type);
      return [
        ...oneOf(type, ["spec", "rules"], ["Exact", "Prefix", "ImplementationSpecific"]),
        ...(problem === undefined ? [] : [refusal(["spec", "rules"], problem)]),
      ];
    }),
  ]);

/** Returns the blocks of addresses that a NetworkPolicy names; empty text for what is none. */
export function blocksOf(policy: JsonObject): readonly Block[] {
  return ["ingress", "egress"]
    .flatMap((direction) => listAt(policy, "spec", direction))
    .flatMap((rule) => [...listAt(rule, "from"), ...listAt(rule, "to")])
    .map((peer) => at(peer, "ipBlock"))
    .filter((block) => block !== undefined)
    .map((block) => ({
      cidr: textAt(block, "cidr") ?? "",
      except: listAt(block, "except").map((hole) => textAt(hole) ?? ""),
    }));
}

// The first version that refuses bits beyond the prefix (KEP-4858); what a policy holds already stays allowed.
const strictCidrs = 36;

const blocks: Values = (object, minor) =>
  blocksOf(object).flatMap(({ cidr, except }) => {
    const ranges = [cidr, ...except];
    if (!ranges.every(isCidr)) return [refusal(["spec"], "valid CIDR")];
    const ambiguous = ranges.filter((range) => minor >= strictCidrs && hasBitsBeyondPrefix(range));
    return [
      ...ambiguous.map((range) =>
        refusal(["spec"], `"${range}": must not have bits set beyond the prefix length`),
      ),
      ...except
        .filter((hole) => !isStrictSubset(hole, cidr))
        .map((hole) => refusal(["spec"], `"${hole}": must be a strict subset of \`cidr\``)),
    ];
  });

/** Rules by kind, beside those of its pods. */
export const valueRules: Readonly<Record<string, readonly Values[]>> = {
  "/ConfigMap": [dataKeys],
  "/LimitRange": [limitRange],
  "/PersistentVolumeClaim": [claimed],
  "/ResourceQuota": [quotaBounds],
  "/Secret": [dataKeys],
  "/Service": [services],
  "batch/CronJob": [
    schedules,
    (object) =>
      oneOf(
        at(object, "spec", "concurrencyPolicy"),
        ["spec", "concurrencyPolicy"],
        ["Allow", "Forbid", "Replace"],
      ),
  ],
  "networking.k8s.io/Ingress": [hosts],
  "networking.k8s.io/NetworkPolicy": [
    blocks,
    (object) =>
      listAt(object, "spec", "policyTypes").flatMap((type) =>
        oneOf(type, ["spec", "policyTypes"], ["Ingress", "Egress"]),
      ),
  ],
  "policy/PodDisruptionBudget": [
    (object) =>
      at(object, "spec", "minAvailable") !== undefined && at(object, "spec", "maxUnavailable") !== undefined
        ? [refusal(["spec"], "minAvailable and maxUnavailable cannot be both set")]
        : [],
  ],
  "rbac.authorization.k8s.io/ClusterRole": [rulesOfRole],
  "rbac.authorization.k8s.io/Role": [rulesOfRole],
};
