import { expect, test } from "vitest";
import type { Rule } from "../src/checks/rule.ts";
import { type Edit, edited } from "./mutants/edits.ts";
import { setA } from "./mutants/set-a.ts";
import { environmentNames, wholeTree } from "./trees.ts";

/** A change of a tree, and a piece of what the rule then says. */
export interface RuleCase {
  readonly what: string;
  readonly environment?: (typeof environmentNames)[number];
  readonly edits: readonly Edit[];
  /** Part of the finding's path and message, `path: message`. */
  readonly says: string;
}

/**
 * Tests a rule: it has no error to report on the four trees, reports each mutant of Set A that names it, and says what
 * each further case expects.
 */
export function testRule(rule: Rule, cases: readonly RuleCase[] = []): void {
  test.for(environmentNames)("the rendered tree of %s passes", (environment) => {
    expect(errors(rule, wholeTree(environment))).toStrictEqual([]);
  });

  const mutants = setA.filter((mutant) => mutant.rule === rule.id);
  test.for(mutants)("is reported: $name", ({ environment = "production", edits }) => {
    expect(errors(rule, edited(wholeTree(environment), edits))).not.toStrictEqual([]);
  });

  test.for(cases)("is reported: $what", ({ environment = "production", edits, says }) => {
    expect(errors(rule, edited(wholeTree(environment), edits)).join("\n")).toContain(says);
  });
}

function errors(rule: Rule, tree: ReturnType<typeof wholeTree>): string[] {
  return [...rule.check(tree)]
    .filter(({ severity }) => severity !== "warning")
    .map(({ path, message }) => `${path}: ${message}`);
}
