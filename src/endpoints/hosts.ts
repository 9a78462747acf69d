import { asArray, asObject, type Manifest } from "../kubernetes/manifest.ts";
import { compareText } from "../kubernetes/text.ts";

/** Returns the hosts that an environment's Ingresses serve, each once, sorted. */
export function servedHosts(manifests: readonly Manifest[]): string[] {
  const hosts = manifests
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ body }) => asArray(asObject(body["spec"])["rules"]))
    .map((rule) => asObject(rule)["host"])
    .filter((host) => typeof host === "string");
  return [...new Set(hosts)].toSorted(compareText);
}

/** Returns the DNS record that a host needs, as a line of a zone file. */
export function recordOf(host: string, address: string): string {
  return `${host}. 300 IN ${address.includes(":") ? "AAAA" : "A"} ${address}`;
}
