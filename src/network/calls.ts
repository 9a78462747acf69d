import { asObject, type Json, type JsonObject, type Manifest } from "../kubernetes/manifest.ts";
import { madeSecrets } from "../checks/made-secrets.ts";
import { oncePerText, oncePerTree } from "../checks/once.ts";
import { at, find, objects, ofKind, text } from "../checks/read.ts";
import { type Workload, workloads } from "../checks/workloads.ts";

/** A workload's configuration names a server. */
export interface Call {
  readonly caller: Workload;
  /** Where the name stands: `env DATABASE_URL`, `ConfigMap/pgbouncer-config pgbouncer.ini`. */
  readonly where: string;
  /** Host without the namespace. */
  readonly host: string;
  /** Absent: the configuration does not say which. */
  readonly port?: number;
}

// A URL's host (`://host:port`, `@host:port` behind a password that is no URL character by character, because the tree
// holds its template) and libpq's `host=… port=…`.
const patterns = [
  /(?:@|:\/\/)(?<host>[a-z0-9][a-z0-9.-]*)(?::(?<port>\d+))?(?=[/?\s"']|$)/g,
  /\bhost=(?<host>[a-z0-9][a-z0-9.-]*)(?:\s+port=(?<port>\d+))?/g,
];

/**
 * Returns the servers that workloads are told to call: in their arguments, in the values of their variables, also those
 * from ConfigMaps and from the templates of ExternalSecrets, and in the ConfigMaps that they mount. A variable whose
 * whole value is the name of a Service is a call too.
 */
export const callsIn = oncePerTree((manifests): readonly Call[] => {
  const services = new Set(ofKind(manifests, "Service").map(({ name }) => name));
  return workloads(manifests).flatMap((caller) => {
    const { namespace } = caller.manifest;
    return textsOf(manifests, caller).flatMap(([where, content]): readonly Call[] => {
      // RFC 1035: a name has at most 253 characters; scripts and dashboards have more.
      const whole = content.length > 253 ? content : hostOf(content, namespace);
      if (services.has(whole)) return [{ caller, where, host: whole }];
      return serversIn(content).map(({ host, port }) => ({
        caller,
        where,
        host: hostOf(host, namespace),
        ...(port === undefined ? {} : { port }),
      }));
    });
  });
});

interface NamedServer {
  readonly host: string;
  readonly port?: number;
}

const serversIn = oncePerText((content): readonly NamedServer[] =>
  patterns.flatMap((pattern) =>
    [...content.matchAll(pattern)].map(({ groups }) => {
      const port = groups?.["port"];
      return { host: groups?.["host"] ?? "", ...(port === undefined ? {} : { port: Number(port) }) };
    }),
  ),
);

/** Returns the name that a host has inside its namespace: without `.namespace`, `.svc` and the cluster's domain. */
function hostOf(name: string, namespace = ""): string {
  const [first = "", second, ...rest] = name.split(".");
  const suffix = rest.join(".");
  const isLocal =
    second === namespace && (suffix === "" || suffix === "svc" || suffix === "svc.cluster.local");
  return isLocal ? first : name;
}

type Text = readonly [where: string, content: string];

function textsOf(manifests: readonly Manifest[], workload: Workload): readonly Text[] {
  const volumes = objects(workload.pod["volumes"]).flatMap((volume) => [
    volume,
    ...objects(at(volume, "projected", "sources")),
  ]);
  return [
    ...workload.containers.flatMap(({ name, container }) => [
      ...(["command", "args"] as const).flatMap((list) =>
        strings(container[list]).map((argument): Text => [`${list} of ${name}`, argument]),
      ),
      ...objects(container["env"]).map((variable): Text => [
        `env ${text(variable["name"])}`,
        variableText(manifests, variable),
      ]),
      ...objects(container["envFrom"]).flatMap((source) =>
        entries(manifests, text(at(source, "configMapRef", "name"))),
      ),
    ]),
    ...volumes.flatMap((volume) => entries(manifests, text(at(volume, "configMap", "name")))),
  ];
}

function variableText(manifests: readonly Manifest[], { value, valueFrom }: JsonObject): string {
  if (value !== undefined) return text(value);
  const { configMapKeyRef, secretKeyRef } = asObject(valueFrom);
  const map = find(manifests, "ConfigMap", text(at(configMapKeyRef, "name")));
  if (map) return text(at(map.body, "data", text(at(configMapKeyRef, "key"))));
  const secret = text(at(secretKeyRef, "name"));
  const source = madeSecrets(manifests).get(secret)?.maker;
  return text(at(source?.body, "spec", "target", "template", "data", text(at(secretKeyRef, "key"))));
}

function entries(manifests: readonly Manifest[], name: string): readonly Text[] {
  const data = asObject(find(manifests, "ConfigMap", name)?.body["data"]);
  return Object.entries(data).map(([key, value]): Text => [`ConfigMap/${name} ${key}`, text(value)]);
}

function strings(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(text) : [];
}
