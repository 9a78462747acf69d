import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { oncePerText, oncePerTree } from "./once.ts";
import { at, find, objects, text } from "./read.ts";
import { type Workload, workloads } from "./workloads.ts";

/** What a server runs with: its pods, the container, and the settings that its configuration files add up to. */
export interface Server {
  readonly workload: Workload;
  readonly role: string;
  readonly configuration: Manifest;
  readonly settings: ReadonlyMap<string, string>;
  /** Memory limit of the server's container, in bytes. */
  readonly memoryLimit: number;
  /** Path of that limit. */
  readonly limitPath: string;
}

const files: Readonly<Record<"postgres" | "redis", (role: string) => readonly string[]>> = {
  postgres: (role) => ["postgresql.conf", "sizes.conf", `${role}.conf`],
  redis: () => ["redis.conf", "sizes.conf"],
};

/**
 * Returns the servers of a kind (`postgres` or `redis`): StatefulSets with that label `app`, a role, and a ConfigMap with
 * the server's configuration. Later files overrule earlier ones, as their include directives say.
 */
export function servers(manifests: readonly Manifest[], app: keyof typeof files): readonly Server[] {
  return allServers(manifests).filter(({ workload }) => workload.labels["app"] === app);
}

const allServers = oncePerTree((manifests): readonly Server[] =>
  workloads(manifests).flatMap((workload) => {
    const { manifest, labels, pod } = workload;
    const [app, role] = [text(labels["app"]), text(labels["role"])];
    if (manifest.kind !== "StatefulSet" || role === "" || (app !== "postgres" && app !== "redis")) return [];
    const names = files[app](role);
    const configuration = objects(pod["volumes"])
      .map((volume) => find(manifests, "ConfigMap", text(at(volume, "configMap", "name"))))
      .find((map) => map !== undefined && asObject(map.body["data"])[names[0] ?? ""] !== undefined);
    const server = workload.containers.find(({ name }) => name === app);
    if (!configuration || !server) return [];
    const data = asObject(configuration.body["data"]);
    const settings = new Map(names.flatMap((name) => [...readSettings(text(data[name]))]));
    return [
      {
        workload,
        role,
        configuration,
        settings,
        memoryLimit: bytes(text(at(server.container, "resources", "limits", "memory"))),
        limitPath: `${server.path}.resources.limits.memory`,
      },
    ];
  }),
);

/** Returns the settings of a PostgreSQL (`name = value`) or Redis (`name value`) configuration file; a later one wins. */
export const readSettings = oncePerText((file): ReadonlyMap<string, string> => {
  const line = /^\s*(?<name>[a-z][\w.-]*)(?:\s*=\s*|\s+)(?<value>'[^']*'|"[^"]*"|[^#\n]*)/gim;
  return new Map(
    [...file.matchAll(line)].map(({ groups }) => [
      (groups?.["name"] ?? "").toLowerCase(),
      (groups?.["value"] ?? "").trim().replaceAll(/^['"]|['"]$/g, ""),
    ]),
  );
});

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  kb: 2 ** 10,
  mb: 2 ** 20,
  gb: 2 ** 30,
  tb: 2 ** 40,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/**
 * Returns the bytes of a size as Kubernetes, PostgreSQL or Redis writes it (`8Gi`, `1GB`, `768mb`; all three mean powers
 * of two with these two letters, powers of ten with one); NaN for anything else, which fits nowhere.
 */
export function bytes(size: string): number {
  const { amount, unit = "" } = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]*)$/i.exec(size)?.groups ?? {};
  return amount === undefined ? Number.NaN : Number(amount) * (units[unit.toLowerCase()] ?? Number.NaN);
}
