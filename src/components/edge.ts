import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { IIngressRule } from "kubernetes-models/networking.k8s.io/v1/IngressRule";
import { ServersTransport } from "@kubernetes-models/traefik/traefik.io/v1alpha1/ServersTransport";
import { TLSOption } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSOption";
import type { Model } from "../kubernetes/manifest.ts";
import { type EdgeLimits, edgeMiddlewares, redirect, secureMiddlewares } from "./edge-middlewares.ts";

/** A host of the edge, with the paths that lead to the application. */
export interface EdgeHost {
  readonly host: string;
  readonly paths: readonly {
    readonly path: string;
    readonly pathType: "Exact" | "ImplementationSpecific" | "Prefix";
  }[];
}

/** How long Traefik waits for the application, in seconds. */
export interface EdgeTimeouts {
  /** To connect (the guide's proxy-connect-timeout). */
  readonly connect: number;
  /** For the headers of the response (the guide's proxy-read-timeout). */
  readonly response: number;
  /** Until it closes an idle connection; below the application's keep-alive, or it writes into a closed one (502). */
  readonly idle: number;
}

/** Traefik's way from the internet to the application's Service. */
export interface Edge {
  readonly namespace: string;
  readonly ingressClassName: string;
  readonly hosts: readonly EdgeHost[];
  readonly tlsSecretName: string;
  readonly service: { readonly name: string; readonly port: number };
  readonly limits: EdgeLimits;
  readonly timeouts: EdgeTimeouts;
}

const name = "apg-cash-management-ingress";
const tlsOptions = "edge";
const transport = "application";

/**
 * Returns the edge on Traefik: an Ingress for HTTPS, one that redirects HTTP to it, and the objects that carry the
 * guide's settings.
 *
 * There are two Ingresses because a router of Traefik either speaks TLS or does not. The redirect is a router of its
 * own, not a redirection of the whole entry point: that would come before every router, and Let's Encrypt could not
 * fetch its token. cert-manager's solver Ingress has a longer rule (the token's path), which Traefik prefers.
 */
export function edge(spec: Edge): Model[] {
  const reference = (object: string): string => `${spec.namespace}-${object}@kubernetescrd`;
  const router = "traefik.ingress.kubernetes.io/router";
  const rules = spec.hosts.map((host) => rule(host, spec.service));
  return [
    new Ingress({
      metadata: {
        name,
        labels: { app: "apg-cash-management" },
        annotations: {
          [`${router}.entrypoints`]: "websecure",
          [`${router}.middlewares`]: secureMiddlewares.map(reference).join(","),
          [`${router}.tls`]: "true",
          [`${router}.tls.options`]: reference(tlsOptions),
        },
      },
      spec: {
        ingressClassName: spec.ingressClassName,
        tls: [{ hosts: spec.hosts.map(({ host }) => host), secretName: spec.tlsSecretName }],
        rules,
      },
    }),
    new Ingress({
      metadata: {
        name: `${name}-redirect`,
        labels: { app: "apg-cash-management" },
        annotations: {
          [`${router}.entrypoints`]: "web",
          [`${router}.middlewares`]: reference(redirect),
        },
      },
      spec: { ingressClassName: spec.ingressClassName, rules },
    }),
    ...edgeMiddlewares(spec.limits),
    new TLSOption({
      metadata: { name: tlsOptions },
      spec: {
        minVersion: "VersionTLS12",
        // The guide's two by their names in Go's crypto/tls.
        cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
      },
    }),
    new ServersTransport({
      metadata: { name: transport },
      spec: {
        forwardingTimeouts: {
          dialTimeout: `${spec.timeouts.connect}s`,
          responseHeaderTimeout: `${spec.timeouts.response}s`,
          idleConnTimeout: `${spec.timeouts.idle}s`,
        },
      },
    }),
  ];
}

/** Returns the annotations by which the application's Service takes the edge's timeouts. */
export function edgeServiceAnnotations(namespace: string): Record<string, string> {
  return {
    "traefik.ingress.kubernetes.io/service.serverstransport": `${namespace}-${transport}@kubernetescrd`,
  };
}

function rule({ host, paths }: EdgeHost, service: Edge["service"]): IIngressRule {
  return {
    host,
    http: {
      paths: paths.map(({ path, pathType }) => ({
        path,
        pathType,
        backend: { service: { name: service.name, port: { number: service.port } } },
      })),
    },
  };
}
