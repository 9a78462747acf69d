import { z } from "zod";
import { addressBlock, described, port, seconds, server } from "./fields.ts";

/** A server that runs elsewhere. */
export const external = z.strictObject({
  host: described(server, "Host name or address."),
  port: described(port, "Port."),
  blocks: described(
    z.array(addressBlock).min(1),
    "Addresses behind the host, which the network policies open.",
  ),
});

const spread = z.strictObject({
  nodes: described(
    z.enum(["required", "preferred"]),
    "`required` needs as many nodes as pods; `preferred` starts on one node too.",
  ),
});

/** What PostgreSQL and Redis are told alike. */
export const timings = {
  spread: described(spread, "How the pods keep away from each other."),
  guardSeconds: described(
    seconds,
    "Seconds for which a peer has to be away before it counts as stopped: when an empty server asks for data, and when PostgreSQL promotes.",
  ),
  probeSeconds: described(seconds, "Seconds between two readiness probes; liveness asks half as often."),
  reloadSeconds: described(
    seconds,
    "Seconds between two looks at changed passwords, certificates and settings.",
  ),
};

interface CheckContext {
  readonly value: { readonly enabled: boolean; readonly external?: object | undefined };
  readonly issues: {
    push: (issue: { code: "custom"; input: unknown; path: string[]; message: string }) => unknown;
  };
}

/** Demands an address exactly where the server runs elsewhere. */
export function demandExternal({ value, issues }: CheckContext): void {
  if (value.enabled === (value.external === undefined)) return;
  const message = value.enabled
    ? "is not used while it runs here; set enabled to false or leave this out"
    : "is needed while it does not run here: host, port and blocks";
  issues.push({ code: "custom", input: value.external, path: ["external"], message });
}
