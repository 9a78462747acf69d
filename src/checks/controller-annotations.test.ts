import { set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { controllerAnnotations } from "./controller-annotations.ts";

testRule(controllerAnnotations, [
  {
    what: "an annotation without a prefix",
    edits: [set("Service/pgbouncer", "metadata.annotations.owner", "me")],
    says: "belongs to no controller",
  },
  {
    what: "a checksum that is none",
    edits: [set("Deployment/pgbouncer", 'spec.template.metadata.annotations["checksum/restart"]', "v1")],
    says: "is no checksum",
  },
  {
    what: "a notification that subscribes to nothing",
    edits: [set("Service/pgbouncer", 'metadata.annotations["notifications.argoproj.io/send"]', "x")],
    says: "is no subscription",
  },
  {
    what: "a Service's annotation on the Ingress",
    edits: [
      set(
        "Ingress/apg-cash-management-ingress",
        'metadata.annotations["traefik.ingress.kubernetes.io/service.nativelb"]',
        "true",
      ),
    ],
    says: "which Traefik reads on the Service",
  },
]);
