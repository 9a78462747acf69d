import { isIP } from "node:net";
import { asArray, type Manifest } from "../kubernetes/manifest.ts";
import { at, items, ofKind, text } from "./read.ts";
import type { Finding } from "./rule.ts";

/** Yields every range of addresses in network policies that is none: nothing can be computed from it. */
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
          const ranges = [text(at(block, "cidr")), ...asArray(at(block, "except")).map(text)];
          for (const range of ranges.filter((one) => !isRange(one)))
            yield {
              manifest,
              path: `${place}.ipBlock`,
              message: `holds "${range}"; a range is such as 10.0.0.0/8`,
            };
        }
      }
    }
  }
}

function isRange(range: string): boolean {
  const [address = "", length = "", ...rest] = range.split("/");
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= most;
}
