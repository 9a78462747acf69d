import { objects, text } from "../checks/read.ts";
import { asArray, asObject, type Json, type JsonObject } from "../kubernetes/manifest.ts";
import type { Block } from "./addresses.ts";
import { allPorts, type PortRange, type Ports, portsOf, protocolOf, type Protocol, union } from "./ports.ts";
import { namespaceOf, type TreeObject } from "./tree-object.ts";

/** Which way a connection goes, seen from the pods that a policy selects. */
export type Direction = "ingress" | "egress";

/** One end that a rule allows. */
export type RulePeer =
  | { readonly kind: "block"; readonly block: Block }
  | {
      readonly kind: "pods";
      /** Absent: the policy's own namespace. */
      readonly namespaces?: JsonObject;
      readonly pods: JsonObject;
    };

/** Ports that a rule opens: numbers, and names that the pod at the receiving end gives a meaning. */
export interface RulePorts {
  readonly numbers: Ports;
  readonly names: readonly { readonly name: string; readonly protocol: Protocol }[];
}

/** One rule of a policy. */
export interface PolicyRule {
  /** Absent: everybody. */
  readonly peers?: readonly RulePeer[];
  readonly ports: RulePorts;
}

/** A NetworkPolicy, read. */
export interface Policy {
  readonly name: string;
  readonly namespace: string;
  readonly pods: JsonObject;
  /** Rules of the directions that the policy is about; a direction that is absent is not restricted by it. */
  readonly rules: Readonly<Partial<Record<Direction, readonly PolicyRule[]>>>;
}

/** Returns the network policies among the objects, with the API server's defaults. */
export function policiesIn(tree: readonly TreeObject[]): readonly Policy[] {
  return tree
    .filter(
      ({ kind, body }) =>
        kind === "NetworkPolicy" && text(body["apiVersion"]).startsWith("networking.k8s.io/"),
    )
    .map((object) => {
      const spec = asObject(object.body["spec"]);
      const types = policyTypes(spec);
      return {
        name: object.name,
        namespace: namespaceOf(object),
        pods: asObject(spec["podSelector"]),
        rules: {
          ...(types.includes("Ingress") ? { ingress: rulesIn(spec["ingress"], "from") } : {}),
          ...(types.includes("Egress") ? { egress: rulesIn(spec["egress"], "to") } : {}),
        },
      };
    });
}

/** Kubernetes API reference, NetworkPolicySpec: without policyTypes always Ingress, and Egress where a rule says so. */
function policyTypes(spec: JsonObject): readonly Json[] {
  const given = asArray(spec["policyTypes"]);
  if (given.length > 0) return given;
  return asArray(spec["egress"]).length > 0 ? ["Ingress", "Egress"] : ["Ingress"];
}

function rulesIn(rules: Json | undefined, peers: "from" | "to"): readonly PolicyRule[] {
  return objects(rules).map((rule) => {
    const listed = objects(rule[peers]);
    return {
      ...(listed.length > 0 ? { peers: listed.flatMap(peerOf) } : {}),
      ports: portsIn(objects(rule["ports"])),
    };
  });
}

function peerOf(peer: JsonObject): readonly RulePeer[] {
  if (peer["ipBlock"] !== undefined) {
    const { cidr, except } = asObject(peer["ipBlock"]);
    return [{ kind: "block", block: { cidr: text(cidr), except: asArray(except).map(text) } }];
  }
  const { namespaceSelector, podSelector } = peer;
  if (namespaceSelector === undefined && podSelector === undefined) return [];
  return [
    {
      kind: "pods",
      pods: asObject(podSelector),
      ...(namespaceSelector === undefined ? {} : { namespaces: asObject(namespaceSelector) }),
    },
  ];
}

function portsIn(ports: readonly JsonObject[]): RulePorts {
  if (ports.length === 0) return { numbers: allPorts, names: [] };
  const numbers = ports.flatMap(({ protocol, port, endPort }): readonly PortRange[] => {
    if (port === undefined) return portsOf(protocolOf(protocol));
    if (typeof port !== "number") return [];
    return [
      { protocol: protocolOf(protocol), first: port, last: typeof endPort === "number" ? endPort : port },
    ];
  });
  const names = ports.flatMap(({ protocol, port }) =>
    typeof port === "string" ? [{ name: port, protocol: protocolOf(protocol) }] : [],
  );
  return { numbers: union(numbers), names };
}
