import { add, remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { autoscaling } from "./autoscaling.ts";

testRule(autoscaling, [
  {
    what: "two autoscalers of one workload",
    edits: [
      add({
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: { name: "second", labels: {}, annotations: {} },
        spec: { scaleTargetRef: { name: "apg-cash-management" }, maxReplicaCount: 5 },
      }),
    ],
    says: "has several autoscalers",
  },
  {
    what: "an autoscaler without a metric",
    edits: [set("HorizontalPodAutoscaler/apg-cash-management-hpa", "spec.metrics", [])],
    says: "is empty, so nothing is measured",
  },
  {
    what: "a share of a request that is not there",
    edits: [
      remove("Deployment/apg-cash-management", "spec.template.spec.containers[0].resources.requests.cpu"),
    ],
    says: "a request that a container lacks",
  },
]);
