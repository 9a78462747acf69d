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
  {
    what: "a request above the limit that the LimitRange gives",
    edits: [
      set(
        "StatefulSet/postgres-primary",
        "spec.template.spec.containers[0].resources.requests.ephemeral-storage",
        "3Gi",
      ),
    ],
    says: "above the limit of 1Gi that the LimitRange gives where none is set; set a limit of as much",
  },
]);
