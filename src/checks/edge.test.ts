import { remove, replace, set } from "../../test/mutants/edits.ts";
import { testRule } from "../../test/rule-cases.ts";
import { edge } from "./edge.ts";

const ingress = "Ingress/apg-cash-management-ingress";
const router = "traefik.ingress.kubernetes.io/router";

testRule(edge, [
  ...(
    [
      ["security-headers", "sets security headers (headers)"],
      ["rate-limit", "limits requests (rateLimit)"],
      ["connection-limit", "limits requests in flight (inFlightReq)"],
      ["body-limit", "limits bodies (buffering)"],
    ] as const
  ).map(([name, what]) => ({
    what: `a host without ${name}`,
    edits: [
      replace(ingress, `metadata.annotations["${router}.middlewares"]`, [
        `apg-cash-management-${name}@`,
        "apg-cash-management-https-redirect-none@",
      ]),
    ],
    says: `.middlewares"]: names no Middleware that ${what}`,
  })),
  {
    what: "a router without TLS",
    edits: [remove(ingress, `metadata.annotations["${router}.tls"]`)],
    says: `metadata.annotations["${router}.tls"]: is not set: the host answers without TLS; true fits`,
  },
  {
    what: "a cipher without forward secrecy",
    edits: [set("TLSOption/edge", "spec.cipherSuites[end]", "TLS_RSA_WITH_AES_128_CBC_SHA")],
    says: "without forward secrecy",
  },
  {
    what: "the entry point of HTTP",
    edits: [set(ingress, `metadata.annotations["${router}.entrypoints"]`, "web")],
    says: "the host answers without TLS",
  },
  {
    what: "the controller's own TLS",
    edits: [remove(ingress, `metadata.annotations["${router}.tls.options"]`)],
    says: "the controller's own",
  },
]);
