import type { Rule } from "./rule.ts";

/** Returns the page that lists every rule with its reason and source, as Markdown. */
export function rulesReference(rules: readonly Rule[]): string {
  return [
    "# Checks",
    "",
    "<!-- Generated from the rules; a test compares it. Change a rule and run `npm run rules -- --write`. -->",
    "",
    "What `npm run render` and `npm run check` prove of every environment's objects together. A finding ends both with 1,",
    "and nothing is written. Where a finding must be accepted for a time, the environment's values say so:",
    "",
    "```yaml",
    "exceptions:",
    '  - { rule: pod-security, object: Deployment/example, reason: why and who agreed, end: "2026-12-31" }',
    "```",
    "",
    "An exception that matches no finding is a finding; so is, for `npm run check` on the main branch, one that has ended.",
    "",
    ...rules.flatMap(({ id, reason, source, values }) => [
      `## ${id}`,
      "",
      `${reason[0]?.toUpperCase() ?? ""}${reason.slice(1)}.`,
      "",
      `- Source: ${source}`,
      `- Decided by: ${values.map((key) => `\`${key}\``).join(", ")}`,
      "",
    ]),
  ].join("\n");
}
