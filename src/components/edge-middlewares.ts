import { Middleware } from "@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware";
import type { IMiddlewareSpec } from "@kubernetes-models/traefik/traefik.io/v1alpha1/MiddlewareSpec";

/** How Traefik finds a client's address. With neither, it is the address that the connection comes from. */
export interface ClientAddress {
  /** Position from the right in X-Forwarded-For, where that many trusted proxies stand before Traefik; it wins. */
  readonly depth?: number;
  /** Trusted proxies in CIDR notation; the first address from the right that is none of them is the client. */
  readonly excludedIPs?: readonly string[];
}

/** What one client may ask of the edge. */
export interface EdgeLimits {
  readonly requestsPerMinute: number;
  /** Requests that may arrive at one instant, above the steady rate. */
  readonly burst: number;
  readonly requestsInFlight: number;
  /** Largest request body in MiB. */
  readonly bodyMebibytes: number;
  readonly clientAddress: ClientAddress;
}

/** Name of the middleware on the HTTP entry point. */
export const redirect = "https-redirect";

/**
 * Names of the middlewares on the HTTPS entry point, in the order that a request passes them. Headers come first, so
 * that refusals carry them too; bodies are read last, for requests that the limits let through.
 */
export const secureMiddlewares = [
  "security-headers",
  "rate-limit",
  "connection-limit",
  "body-limit",
] as const;

/** Returns the middlewares of both entry points. */
export function edgeMiddlewares(limits: EdgeLimits): Middleware[] {
  // Traefik's default criterion for requests in flight is the host of the request: all clients would share one limit.
  const sourceCriterion = { ipStrategy: addressStrategy(limits.clientAddress) };
  const specs: Record<(typeof secureMiddlewares)[number] | typeof redirect, IMiddlewareSpec> = {
    "security-headers": { headers: securityHeaders },
    "rate-limit": {
      rateLimit: { average: limits.requestsPerMinute, period: "1m", burst: limits.burst, sourceCriterion },
    },
    "connection-limit": { inFlightReq: { amount: limits.requestsInFlight, sourceCriterion } },
    "body-limit": { buffering: { maxRequestBodyBytes: limits.bodyMebibytes * 2 ** 20 } },
    [redirect]: { redirectScheme: { scheme: "https", permanent: true } },
  };
  return Object.entries(specs).map(([name, spec]) => new Middleware({ metadata: { name }, spec }));
}

// The guide's five headers; Traefik writes X-XSS-Protection as "1; mode=block" and nosniff as the guide does.
const securityHeaders: NonNullable<IMiddlewareSpec["headers"]> = {
  stsSeconds: 31536000,
  stsIncludeSubdomains: true,
  stsPreload: true,
  customFrameOptionsValue: "SAMEORIGIN",
  contentTypeNosniff: true,
  browserXssFilter: true,
  referrerPolicy: "strict-origin-when-cross-origin",
};

function addressStrategy({ depth, excludedIPs = [] }: ClientAddress): {
  depth?: number;
  excludedIPs?: string[];
  ipv6Subnet: number;
} {
  return {
    // A client of IPv6 commonly owns a /64, and could take another address for every request.
    ipv6Subnet: 64,
    ...(depth === undefined ? {} : { depth }),
    ...(excludedIPs.length > 0 ? { excludedIPs: [...excludedIPs] } : {}),
  };
}
