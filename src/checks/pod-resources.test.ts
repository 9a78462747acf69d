import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { podResources } from "./pod-resources.ts";

testRule(podResources, [
  {
    what: "a solver below what the LimitRange admits",
    edits: [
      set(
        "Issuer/letsencrypt-production",
        "spec.acme.solvers[0].http01.ingress.podTemplate.spec.resources.requests.cpu",
        "1m",
      ),
    ],
    says: "the LimitRange admits 10m and more",
  },
]);
