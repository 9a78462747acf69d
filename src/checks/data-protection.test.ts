import { expect, test } from "vitest";
import { guideFixture } from "../../test/guide.ts";
import { manifestOf } from "../../test/trees.ts";
import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { dataProtection } from "./data-protection.ts";

testRule(dataProtection, [
  {
    what: "a Secret of passwords that goes with its ExternalSecret",
    edits: [set("ExternalSecret/postgres-credentials", "spec.target.creationPolicy", "Owner")],
    says: "deleting this deletes the Secret, too",
  },
]);

test("the guide's claim would be pruned with its file (K3)", () => {
  const claims = [...dataProtection.check([manifestOf(guideFixture("K3-standalone-claim"))])];
  expect(claims.map(({ path }) => path)).toStrictEqual([
    'metadata.annotations["argocd.argoproj.io/sync-options"]',
  ]);
});
