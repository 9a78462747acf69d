import { keyed } from "../../compare/lists.ts";
import { listAt, numberAt, textAt } from "../../json.ts";
import { changes, type Update } from "../update.ts";
import type { Refusal, UpdateRule } from "./rule.ts";

// Source: Kubernetes pkg/apis/core/validation, ValidateServiceUpdate and what it calls.

const wayOut = [
  "create a second Service under a new name and move its clients",
  "or, where a short outage is acceptable: delete the Service in the cluster and sync (it gets a new address)",
] as const;

function hasAddress(type: string | undefined): boolean {
  return type !== "ExternalName";
}

// The live address of a Service that names none is known to the cluster alone, but it is never None and never empty.
const clusterIp: UpdateRule = ({ live, next }) => {
  const [oldType, newType] = [textAt(live, "spec", "type"), textAt(next, "spec", "type")];
  if (!hasAddress(oldType) || !hasAddress(newType)) return [];
  const [before, after] = [textAt(live, "spec", "clusterIP"), textAt(next, "spec", "clusterIP")];
  // An absent address takes the old one over (patchAllocatedValues): not refused, and without effect.
  if (after === undefined || after === before) return [];
  const refusal: Refusal = { path: ["spec", "clusterIP"], message: "may not change once set", wayOut };
  if (before === undefined && after !== "None") {
    return [
      { ...refusal, depends: ["accepted only if the address is the one that the Service already has"] },
    ];
  }
  return [refusal];
};

const families: UpdateRule = ({ live, next }) => {
  const [before] = listAt(live, "spec", "ipFamilies");
  const [after] = listAt(next, "spec", "ipFamilies");
  if (before === undefined || after === undefined || before === after) return [];
  if (!hasAddress(textAt(live, "spec", "type")) || textAt(live, "spec", "clusterIP") === "None") return [];
  return [{ path: ["spec", "ipFamilies"], message: "primary ipFamily can not be changed", wayOut }];
};

const isLoadBalancer = (spec: Update["live"]): boolean => textAt(spec, "spec", "type") === "LoadBalancer";

const loadBalancerClass: UpdateRule = (update) =>
  changes(update, "spec", "loadBalancerClass") && isLoadBalancer(update.live) && isLoadBalancer(update.next)
    ? [{ path: ["spec", "loadBalancerClass"], message: "may not change once set", wayOut }]
    : [];

function needsHealthCheckPort(spec: Update["live"]): boolean {
  return isLoadBalancer(spec) && textAt(spec, "spec", "externalTrafficPolicy") === "Local";
}

const healthCheckPort: UpdateRule = ({ live, next }) => {
  if (!needsHealthCheckPort(live) || !needsHealthCheckPort(next)) return [];
  const [before, after] = [
    numberAt(live, "spec", "healthCheckNodePort"),
    numberAt(next, "spec", "healthCheckNodePort"),
  ];
  if (after === undefined || after === before) return [];
  const depends =
    before === undefined ? ["accepted only if it is the port that the Service already has"] : [];
  return [{ path: ["spec", "healthCheckNodePort"], message: "field is immutable", depends, wayOut }];
};

/** What is refused when a Service changes. */
export const serviceRules: readonly UpdateRule[] = [clusterIp, families, loadBalancerClass, healthCheckPort];

/**
 * Returns the fields that leave the tree and stay in the cluster all the same: the server copies an address or a node
 * port that the new object does not name from the old one (registry/core/service, patchAllocatedValues).
 */
export function keptByService({ live, base, head }: Update): readonly string[] {
  const [oldType, newType] = [textAt(live, "spec", "type"), textAt(head.body, "spec", "type") ?? "ClusterIP"];
  const [before, after] = [textAt(base.body, "spec", "clusterIP"), textAt(head.body, "spec", "clusterIP")];
  const address = before && !after && hasAddress(oldType) && hasAddress(newType) ? ["spec.clusterIP"] : [];
  return hasNodePorts(oldType) && hasNodePorts(newType)
    ? [...address, ...keptNodePorts(base.body, head.body)]
    : address;
}

function hasNodePorts(type: string | undefined): boolean {
  return type === "NodePort" || type === "LoadBalancer";
}

function keptNodePorts(base: Update["live"], head: Update["live"]): readonly string[] {
  const old = keyed(listAt(base, "spec", "ports"), ["port", "protocol"]);
  const next = keyed(listAt(head, "spec", "ports"), ["port", "protocol"]);
  return [...(next ?? [])].flatMap(([key, port]) =>
    numberAt(old?.get(key), "nodePort") && !numberAt(port, "nodePort") ? [`spec.ports${key}.nodePort`] : [],
  );
}
