import { remove, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { edge } from "./edge.ts";

testRule(edge, [
  {
    what: "a cipher without forward secrecy",
    edits: [set("TLSOption/edge", "spec.cipherSuites[end]", "TLS_RSA_WITH_AES_128_CBC_SHA")],
    says: "without forward secrecy",
  },
  {
    what: "the entry point of HTTP",
    edits: [
      set(
        "Ingress/apg-cash-management-ingress",
        'metadata.annotations["traefik.ingress.kubernetes.io/router.entrypoints"]',
        "web",
      ),
    ],
    says: "the host answers without TLS",
  },
  {
    what: "the controller's own TLS",
    edits: [
      remove(
        "Ingress/apg-cash-management-ingress",
        'metadata.annotations["traefik.ingress.kubernetes.io/router.tls.options"]',
      ),
    ],
    says: "the controller's own",
  },
]);
