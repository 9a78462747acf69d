import { rules } from "../../src/checks/rules.ts";
import { objectName } from "../../src/checks/read.ts";
import type { Manifest } from "../../src/kubernetes/manifest.ts";
import { type environmentNames, wholeTree } from "../trees.ts";

type Environment = (typeof environmentNames)[number];

const before = new Map<Environment, ReadonlySet<string>>();

/** Returns the rules that report an error in a changed tree which they do not report in the tree itself. */
export function caughtBy(environment: Environment, changed: readonly Manifest[]): readonly string[] {
  const known = before.get(environment) ?? new Set(errors(wholeTree(environment)).keys());
  before.set(environment, known);
  const fresh = [...errors(changed)].filter(([finding]) => !known.has(finding));
  return [...new Set(fresh.map(([, rule]) => rule))];
}

/** Errors with their rule; a rule that cannot read the tree at all reports that, too. */
function errors(tree: readonly Manifest[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { id, check } of rules) {
    for (const { manifest, path, message, severity } of check(tree)) {
      if (severity !== "warning") found.set(`${id} ${objectName(manifest)} ${path} ${message}`, id);
    }
  }
  return found;
}
