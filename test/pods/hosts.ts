import type { IService } from "kubernetes-models/v1/Service";

/** A pod as Services see it. */
export interface Endpoint {
  readonly name: string;
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: boolean;
}

// An address of the cluster's network on which nothing listens: it refuses, as a Service without endpoints does.
const nobody = "10.244.0.1";

/**
 * Returns the hosts file that every pod gets in the place of the cluster's resolver and proxy: each Service by its
 * name at a ready pod's address, each pod of a headless Service by its own name.
 */
export function hostsFile(services: readonly IService[], pods: readonly Endpoint[]): string {
  const lines = ["127.0.0.1 localhost"];
  for (const { metadata, spec } of services) {
    const service = metadata?.name ?? "";
    const chosen = pods.filter(({ labels }) =>
      Object.entries(spec?.selector ?? {}).every(([label, value]) => labels[label] === value),
    );
    if (spec?.clusterIP === "None") {
      const published = chosen.filter(({ ready }) => ready || spec.publishNotReadyAddresses === true);
      for (const { name, address } of published) lines.push(`${address} ${name}.${service}`);
    } else {
      lines.push(`${chosen.find(({ ready }) => ready)?.address ?? nobody} ${service}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
