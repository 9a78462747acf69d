import { isCidr, isStrictSubset } from "../kubernetes/cidr.ts";
import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, ofKind, text } from "./read.ts";
import type { Finding } from "./rule.ts";

/**
 * Yields every range of addresses in network policies that is none, and every exception that is not a part of its range:
 * the server refuses both, and nothing can be computed from them.
 */
export function* malformedBlocks(manifests: readonly Manifest[]): Iterable<Finding> {
  for (const manifest of ofKind(manifests, "NetworkPolicy")) {
    for (const [way, peers] of [
      ["ingress", "from"],
      ["egress", "to"],
    ] as const) {
      for (const { item: rule, path } of items(at(manifest.body, "spec", way), `spec.${way}`)) {
        for (const { item: peer, path: place } of items(rule[peers], `${path}.${peers}`)) {
          const block = peer["ipBlock"];
          if (block === undefined) continue;
          const cidr = text(at(block, "cidr"));
          const holes = asArray(at(block, "except")).map(text);
          for (const message of problems(cidr, holes)) yield { manifest, path: `${place}.ipBlock`, message };
        }
      }
    }
  }
}

function problems(cidr: string, holes: readonly string[]): readonly string[] {
  const malformed = [cidr, ...holes].filter((range) => !isCidr(range));
  if (malformed.length > 0)
    return malformed.map((range) => `holds "${range}"; a range is such as 10.0.0.0/8`);
  return holes
    .filter((hole) => !isStrictSubset(hole, cidr))
    .map((hole) => `leaves out ${hole} of ${cidr}; only a smaller range within it can be left out`);
}
