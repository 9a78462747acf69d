import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { project } from "./project.ts";

testRule(project, [
  {
    what: "a second repository",
    edits: [
      set(
        "AppProject/apg-cash-management-production",
        "spec.sourceRepos[end]",
        "https://example.com/other.git",
      ),
    ],
    says: "one repository fits",
  },
]);
