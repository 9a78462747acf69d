import { z } from "zod";
import { edgeSettings } from "../components/edge-settings.ts";
import { ingressPathProblem } from "../kubernetes/ingress-path.ts";
import { workloadNames } from "../components/network-peers.ts";
import {
  addressBlock,
  addressRange,
  described,
  hostName,
  label,
  labels,
  port,
  resources,
  seconds,
} from "./fields.ts";

const lost = edgeSettings.filter(({ carriedBy }) => carriedBy !== undefined).map(({ effect }) => effect);

const issuer = z.discriminatedUnion("type", [
  z.strictObject({
    type: described(z.literal("acme"), "Let's Encrypt, which proves each host over HTTP."),
    directory: described(
      z.enum(["production", "staging"]),
      "Which of Let's Encrypt's two directories; `staging` is trusted by no browser.",
    ),
    email: described(z.email(), "Address that Let's Encrypt may write to."),
    solverResources: described(resources, "CPU and memory of the pod that proves a host."),
  }),
  z.strictObject({
    type: described(z.literal("ca"), "A customer's authority, whose key comes from the secret store."),
  }),
  z.strictObject({ type: described(z.literal("self-signed"), "Signed by itself; for development only.") }),
]);

const clientAddress = z
  .strictObject({
    depth: described(
      z.int().min(1).max(10).exactOptional(),
      "Position in X-Forwarded-For, counted from the right, behind that many proxies.",
    ),
    excludedIPs: described(
      z.array(addressRange).min(1).exactOptional(),
      "Proxies whose addresses are passed over in X-Forwarded-For.",
    ),
  })
  .refine(({ depth, excludedIPs }) => depth === undefined || excludedIPs === undefined, {
    path: ["excludedIPs"],
    message: "and depth exclude each other; leave one out",
  });

/** The edge: the guide's `ingress`. */
export const ingress = z.strictObject({
  enabled: described(z.boolean(), "Whether the application is reachable from outside.", true),
  className: described(
    z.literal("traefik", {
      error: () => `expected "traefik"; another controller would lose: ${lost.join(", ")}`,
    }),
    "Class of the edge's controller.",
    "nginx",
  ),
  annotations: described(
    z.strictObject({}).exactOptional(),
    "Takes none; the message for each of the guide's names what replaces it.",
  ),
  controller: described(
    z.strictObject({
      namespace: described(label, "Namespace of the controller's pods."),
      labels: described(labels, "Labels of the controller's pods."),
    }),
    "Pods that may reach the application.",
  ),
  hosts: described(
    z
      .array(
        z.strictObject({
          host: described(hostName, "Host name.", "apg-cash-management.datacraft.co.ke"),
          paths: described(
            z
              .array(
                z
                  .strictObject({
                    path: described(
                      z.string().regex(/^\/[!-~]*$/, {
                        error: "expected a path such as /api, without spaces",
                        abort: true,
                      }),
                      "Path.",
                      "/",
                    ),
                    pathType: described(
                      z.enum(["Exact", "ImplementationSpecific", "Prefix"]),
                      "How the path is compared.",
                      "Prefix",
                    ),
                  })
                  .superRefine(({ path, pathType }, context) => {
                    const message = ingressPathProblem(path, pathType);
                    if (message !== undefined) context.addIssue({ code: "custom", path: ["path"], message });
                  }),
              )
              .min(1),
            "Paths that lead to the application.",
          ),
        }),
      )
      .min(1),
    "Hosts, all in one certificate.",
  ),
  issuer: described(issuer, "Who signs the certificate."),
  limits: described(
    z.strictObject({
      requestsPerMinute: described(
        z.int().min(1).max(1_000_000),
        "Requests a minute from one client address.",
        1000,
      ),
      burst: described(
        z.int().min(1).max(100_000),
        "Requests that may arrive at one instant above the steady rate.",
      ),
      requestsInFlight: described(
        z.int().min(1).max(100_000),
        "Requests of one client address at the same time.",
        50,
      ),
      bodyMebibytes: described(z.int().min(1).max(10_240), "Largest request body, in MiB.", 50),
      clientAddress: described(clientAddress, "How a client's address is found."),
    }),
    "Limits per client address.",
  ),
  timeouts: described(
    z.strictObject({
      connect: described(seconds, "Seconds to connect to the application.", 30),
      response: described(seconds, "Seconds that the application may take to begin its answer.", 60),
      idle: described(
        seconds,
        "Seconds until the edge closes an idle connection; below env.UVICORN_TIMEOUT_KEEP_ALIVE.",
      ),
    }),
    "How long the edge waits for the application.",
  ),
});

const egress = z.strictObject({
  purpose: described(label, "Name of the connection and its reason."),
  // The pod that proves a host answers, and calls nobody.
  from: described(z.enum(workloadNames).exclude(["certificate-solver"]), "Pods that need it."),
  blocks: described(z.array(addressBlock).min(1), "Addresses."),
  port: described(port, "Port."),
});

/** What the network policies open besides what the system itself needs. */
export const network = z.strictObject({
  prometheus: described(
    z.strictObject({
      namespace: described(label, "Namespace."),
      labels: described(labels, "Labels."),
    }),
    "Pods that scrape metrics.",
  ),
  dnsBlocks: described(
    z.array(addressBlock).exactOptional(),
    "Further addresses that resolve names, where the node's cache answers on kube-dns's own address.",
  ),
  egress: described(
    z
      .array(egress)
      .refine(
        (list) => new Set(list.map(({ from, purpose }) => `${from} ${purpose}`)).size === list.length,
        "has two entries of one purpose for the same pods",
      ),
    "Ways out of the cluster: banks, model downloads and the like.",
  ),
});
