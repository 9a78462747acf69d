/** A setting of the guide's Ingress, and what carries it on Traefik. */
export interface EdgeSetting {
  /** What it does for clients or the application, in a few words. */
  readonly effect: string;
  /** The guide's annotations, without the prefix nginx.ingress.kubernetes.io/. */
  readonly annotations: readonly string[];
  /** Object of Traefik that carries it, and its field; absent where Traefik has it per controller only. */
  readonly carriedBy?: string;
  /** How it differs from what the guide's annotation does, or would do if ingress-nginx had it. */
  readonly difference?: string;
}

/**
 * The guide's settings of the edge. Each is carried by an object of Traefik, so under another Ingress class each with
 * `carriedBy` would be lost without a message: the schema refuses such a class with this list.
 */
export const edgeSettings: readonly EdgeSetting[] = [
  {
    effect: "redirect from HTTP to HTTPS",
    annotations: ["ssl-redirect", "force-ssl-redirect"],
    carriedBy: "Middleware https-redirect, redirectScheme",
    difference: "301 for GET, 308 for other methods; ingress-nginx answers 308 to all",
  },
  {
    effect: "TLS 1.2 and 1.3 only",
    annotations: ["ssl-protocols"],
    carriedBy: "TLSOption edge, minVersion",
    difference: "in ingress-nginx this is no annotation at all, and was never in force",
  },
  {
    effect: "ciphers of TLS 1.2",
    annotations: ["ssl-ciphers"],
    carriedBy: "TLSOption edge, cipherSuites",
    difference: "the ciphers of TLS 1.3 are fixed by Go",
  },
  {
    effect: "security headers",
    annotations: ["configuration-snippet"],
    carriedBy: "Middleware security-headers, headers",
    difference: "ingress-nginx ignores snippets unless an administrator allows them",
  },
  {
    effect: "requests per minute and client address",
    annotations: ["rate-limit", "rate-limit-window"],
    carriedBy: "Middleware rate-limit, rateLimit",
    difference: "answers 429; counted by each Traefik pod on its own; the guide's annotations do not exist",
  },
  {
    effect: "requests in flight per client address",
    annotations: ["limit-connections"],
    carriedBy: "Middleware connection-limit, inFlightReq",
    difference: "counts requests, not connections (one HTTP/2 connection carries many); answers 429, not 503",
  },
  {
    effect: "size of request bodies",
    annotations: ["proxy-body-size"],
    carriedBy: "Middleware body-limit, buffering",
    difference: "reads whole requests and responses before passing them on, so nothing streams",
  },
  {
    effect: "time to connect to the application",
    annotations: ["proxy-connect-timeout"],
    carriedBy: "ServersTransport application, forwardingTimeouts.dialTimeout",
  },
  {
    effect: "time until the application answers",
    annotations: ["proxy-read-timeout"],
    carriedBy: "ServersTransport application, forwardingTimeouts.responseHeaderTimeout",
    difference: "ends with the response's headers; ingress-nginx measures between two reads of the body too",
  },
  {
    effect: "time to send the request to the application",
    annotations: ["proxy-send-timeout"],
    difference:
      "Traefik has it per entry point only (transport.respondingTimeouts), in the platform's values",
  },
];
