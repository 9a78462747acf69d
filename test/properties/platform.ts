import { authority } from "../authority.ts";
import type { Draw } from "./draw.ts";
import { block, digest, gibibytes, host, type PlainMap, resources, schedule } from "./parts.ts";
import type { Waiting } from "./application.ts";

/** Draws `ingress`; the issuer's kinds depend on the store. */
export function ingress(
  draw: Draw,
  {
    enabled,
    waits,
    generated,
  }: { readonly enabled: boolean; readonly waits: Waiting; readonly generated: boolean },
): PlainMap {
  const hosts = [...new Set(draw.list(1, 4, () => host(draw)))];
  return {
    enabled,
    className: "traefik",
    ...(draw.once(4) ? { annotations: {} } : {}),
    controller: { namespace: draw.name(), labels: { "app.kubernetes.io/name": draw.name() } },
    hosts: hosts.map((name) => ({
      host: name,
      paths: draw.list(1, 3, (index) => ({
        path: `/${index === 0 ? "" : draw.name()}`,
        pathType: draw.pick(["Exact", "ImplementationSpecific", "Prefix"]),
      })),
    })),
    issuer: issuer(draw, enabled && generated),
    limits: {
      requestsPerMinute: draw.int(1, 1_000_000),
      burst: draw.int(1, 100_000),
      requestsInFlight: draw.int(1, 100_000),
      bodyMebibytes: draw.int(1, 10_240),
      clientAddress: draw.pick([{}, { depth: draw.int(1, 10) }, { excludedIPs: ["10.0.0.0/8"] }]),
    },
    timeouts: { connect: waits.connect, response: waits.response, idle: waits.idle },
  };
}

function issuer(draw: Draw, generated: boolean): PlainMap {
  const type = draw.pick(["acme", "self-signed", ...(generated ? [] : ["ca"])]);
  if (type !== "acme") return { type };
  return {
    type,
    directory: draw.pick(["production", "staging"]),
    email: `${draw.name()}@${host(draw)}`,
    solverResources: resources(draw),
  };
}

/** Draws `secrets.store`. */
export function store(draw: Draw): PlainMap {
  const provider = draw.pick(["google", "vault", "generated"]);
  if (provider === "google")
    return {
      provider,
      project: draw.name(),
      prefix: draw.name(),
      ...(draw.bool() ? { account: `${draw.name()}@${draw.name()}.example` } : {}),
    };
  if (provider === "generated") return { provider };
  return {
    provider,
    server: `https://${host(draw)}:8200`,
    engine: draw.name(),
    mount: draw.name(),
    role: draw.name(),
    prefix: draw.name(),
    ...(draw.bool() ? { authority: { configMap: draw.name(), key: "ca.crt" } } : {}),
  };
}

/** Draws `network`; connections out are drawn for pods that are there. */
export function network(draw: Draw, workloads: readonly string[]): PlainMap {
  const purposes = [...new Set(draw.list(0, 4, () => draw.name()))];
  return {
    prometheus: { namespace: draw.name(), labels: { "app.kubernetes.io/name": draw.name() } },
    ...(draw.bool() ? { dnsBlocks: draw.list(1, 2, () => block(draw)) } : {}),
    egress: purposes.map((purpose) => ({
      purpose,
      from: draw.pick(workloads),
      blocks: draw.list(1, 3, () => block(draw)),
      port: draw.int(1, 65_535),
    })),
  };
}

/** Draws `images`. */
export function images(draw: Draw): PlainMap {
  const names = [
    "postgresql",
    "postgresqlExporter",
    "pgbouncer",
    "pgbouncerExporter",
    "redis",
    "redisExporter",
    "rclone",
    "curl",
  ];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        repository: `registry.${draw.name()}.example/${draw.name()}/${draw.name()}`,
        tag: `${draw.int(1, 20)}.${draw.int(0, 30)}`,
        digest: digest(draw),
        source: draw.name(),
      },
    ]),
  );
}

/** Draws `backupCopy`; a bucket where there are backups to copy, and a store that can hold its keys. */
export function backupCopy(draw: Draw, possible: boolean): PlainMap {
  const bucket = {
    provider: draw.pick(["AWS", "Ceph", "GCS", "Minio", "Other"]),
    endpoint: `https://${host(draw)}`,
    ...(draw.once(4) ? { authority } : {}),
    region: draw.name(),
    name: `${draw.name()}-backups`,
    blocks: draw.list(1, 3, () => block(draw)),
    port: draw.int(1, 65_535),
  };
  return { schedule: schedule(draw), ...(possible && draw.bool() ? { bucket } : {}) };
}

/** Draws `monitoring`. */
export function monitoring(draw: Draw, enabled: boolean): PlainMap {
  return {
    enabled,
    release: draw.name(),
    runbookUrl: `https://${host(draw)}/runbooks/`,
    serviceMonitor: { enabled: draw.bool(), interval: `${draw.int(1, 120)}${draw.pick(["s", "m"])}` },
    objectives: { availability: draw.int(900, 999) / 1000, latency: draw.int(500, 999) / 1000 },
    dashboards: draw.bool(),
  };
}

/** Draws `argocd`. */
export function argocd(draw: Draw): PlainMap {
  const groups = (): string[] => draw.list(0, 3, () => draw.name());
  return {
    repository: `https://${host(draw)}/${draw.name()}.git`,
    revision: draw.name(),
    installation: draw.name(),
    server: `https://${host(draw)}`,
    ...(draw.bool() ? { chartRepository: `https://${host(draw)}/${draw.name()}` } : {}),
    signatureKeys: draw.list(0, 2, () => digest(draw).slice(-16).toUpperCase()),
    groups: { read: groups(), sync: groups(), override: groups() },
  };
}

/** Draws `persistence`. */
export function persistence(draw: Draw): PlainMap {
  const enabled = draw.bool();
  return {
    logs: {
      enabled,
      size: gibibytes(draw, [1, 500]),
      ...(enabled ? { storageClass: `files-${draw.name()}` } : {}),
    },
  };
}
