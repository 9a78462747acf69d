import { asObject, type Json } from "../src/kubernetes/manifest.ts";
import { referenceRows } from "../src/values/reference.ts";
import { valuesSchema } from "../src/values/schema.ts";
import { authority } from "./authority.ts";
import { plainValues, setAt, type PlainValues } from "./in-memory.ts";

/** What has to be set first so that a value can act. */
export const situations: readonly [RegExp, PlainValues][] = [
  [
    /^app\.readReplicas\.postgresql$|^postgresql\.pooler\.(?:enabled|replicas)$/,
    { env: { DATABASE_POOL_SIZE: 1, DATABASE_MAX_OVERFLOW: 1 } },
  ],
  [
    /^postgresql\.external/,
    {
      postgresql: {
        enabled: false,
        external: {
          host: "a.example.com",
          port: 1,
          blocks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }],
        },
      },
    },
  ],
  [
    /^redis\.external/,
    {
      redis: {
        enabled: false,
        external: {
          host: "a.example.com",
          port: 1,
          tls: false,
          blocks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }],
        },
      },
    },
  ],
  [/requestsPerSecond/, { app: { autoscaling: { requestsPerSecond: { enabled: true } } } }],
  [
    /^backupCopy\.bucket\.blocks\[\]\.except/,
    { backupCopy: { bucket: { blocks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }] } } },
  ],
  [
    /^app\.tolerations\[\]\.operator/,
    { app: { tolerations: [{ key: "application", operator: "Equal", effect: "NoSchedule" }] } },
  ],
  [/^app\.replicaCount/, { app: { autoscaling: { enabled: false } } }],
  [/^persistence/, { persistence: { logs: { enabled: true, storageClass: "shared" } } }],
  [
    /^secrets\.store\.(?:server|engine|mount|role|authority)/,
    {
      secrets: {
        store: {
          provider: "vault",
          server: "https://vault.example.com",
          engine: "secret",
          mount: "kubernetes",
          role: "apg",
          prefix: "apg",
          authority: { configMap: "vault-authority", key: "ca.crt" },
        },
      },
    },
  ],
  [/^secrets\.store\.account/, { secrets: { store: { account: "apg@example.com" } } }],
  [/excludedIPs/, { ingress: { limits: { clientAddress: { excludedIPs: ["10.0.0.0/8"] } } } }],
  [/^network\.dnsBlocks/, { network: { dnsBlocks: [{ cidr: "10.0.0.0/8", except: ["10.0.0.10/32"] }] } }],
  [
    /^network\.egress/,
    {
      network: {
        egress: [
          {
            purpose: "banks",
            from: "application",
            blocks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }],
            port: 443,
          },
        ],
      },
    },
  ],
  [
    /apiServer/,
    { cluster: { apiServer: { blocks: [{ cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] }], port: 443 } } },
  ],
];

/** Values for which no other can be guessed. */
export const others: readonly [RegExp, Json][] = [
  [/^env\.UVICORN_WORKERS$/, 3],
  [/^postgresql\.pooler\.serverConnections$/, 40],
  [/^postgresql\.pooler\.replicas$/, 1],
  [/blocks$/, [{ cidr: "10.128.0.0/9" }]],
  [/hosts\[\]\.paths$/, [{ path: "/other", pathType: "Exact" }]],
  [/^backupCopy\.bucket\.authority$/, authority],
  [/^argocd\.chartRepository$/, "https://charts.customer.example/apg"],
  [/^argocd\.signatureKeys$/, ["B5690EEEBB952194"]],
  [/^argocd\.repository$/, "https://github.com/example/other.git"],
  [/^postgresql\.auth\./, "other_name"],
  [/^service\.port$/, 8080],
  [/smokeTest\.resources\.requests\.cpu$|solverResources\.requests\.cpu$/, "20m"],
  [/smokeTest\.resources\.requests\.memory$|solverResources\.requests\.memory$/, "32Mi"],
  [/pathType$/, "Exact"],
  [/cidr$/, "10.0.0.0/9"],
  [/except$|excludedIPs$/, "10.2.0.0/16"],
  [/^postgresql\.primaryPod$/, "postgres-replica-0"],
  [/^redis\.masterPod$/, "redis-replica-0"],
  [/kubernetesVersion$/, "1.25"],
  [/egress\[\]\.from$/, "migration"],
  [/^app\.image\.repository$/, "datacraft/other"],
  [/repository$/, "docker.io/other/image"],
  [/bucket\.provider$/, "AWS"],
  [/digest$/, `sha256:${"1".repeat(64)}`],
  [/(?:server|prometheusAddress|endpoint)$/, "https://other.example.com"],
  [/runbookUrl$/, "https://other.example.com/"],
  [/(?:account|email)$/, "other@example.com"],
  [/\.host$/, "other.example.com"],
  [/\.path$/, "/other"],
  [/storageClasses\.zones/, "us-central1-f"],
  [/ML_TRAINING_SCHEDULE$|[sS]chedule$/, "1 1 * * *"],
  [/^app\.termination\.drainSeconds$/, 16],
];

/** Values that may only be changed together with another. */
export const companions: readonly [RegExp, PlainValues][] = [
  [/^secrets\.pullSecret$/, { global: { imagePullSecrets: ["registry-pull-secret"] } }],
  [
    /^postgresql\.enabled$/,
    { postgresql: { external: { host: "a.example.com", port: 1, blocks: [{ cidr: "10.0.0.0/8" }] } } },
  ],
  [
    /^redis\.enabled$/,
    { redis: { external: { host: "a.example.com", port: 1, tls: false, blocks: [{ cidr: "10.0.0.0/8" }] } } },
  ],
];

/** A key of the schema. */
export interface Leaf {
  readonly name: string;
  readonly path: readonly string[];
}

/** Every key that can be changed by itself, those of lists at their first item. */
export const leaves: readonly Leaf[] = referenceRows(valuesSchema, undefined)
  .filter(({ type, path }) => type !== "map" && !path.includes("<name>"))
  .map(({ path }) => ({ name: path, path: path.replaceAll("[]", ".0").replace(/^\./, "").split(".") }))
  .filter(
    ({ name }) =>
      !/^(?:secrets\.store\.provider|ingress\.issuer\.type|ingress\.className|ingress\.annotations|quota)$/.test(
        name,
      ),
  );

/** Returns production's values with another one at a key, and what they were; what has to be set first is set in both. */
export async function changeOf({
  name,
  path,
}: Leaf): Promise<{ readonly before: PlainValues; readonly after: PlainValues }> {
  const before = await plainValues("production");
  mergeInto(before, find(situations, name) ?? {});
  const after: PlainValues = structuredClone(before);
  mergeInto(after, find(companions, name) ?? {});
  setAt(after, path, another(name, valueAt(before, path)));
  return { before, after };
}

/** Returns what a table says of a value: its first line that fits. */
export function find<Value>(table: readonly [RegExp, Value][], name: string): Value | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

/** Returns the value at a path, a number being a place in a list; undefined where there is none. */
export function valueAt(values: Json | PlainValues | undefined, path: readonly string[]): Json | undefined {
  let current: Json | undefined = JSON.parse(JSON.stringify(values ?? null));
  for (const key of path) current = Array.isArray(current) ? current[Number(key)] : asObject(current)[key];
  return current;
}

/** Returns the scalars and wholes of a patch with their paths, in its order. */
export function flatten(patch: PlainValues, prefix: readonly string[] = []): [readonly string[], Json][] {
  return Object.entries(patch).flatMap(([key, value]): [readonly string[], Json][] => {
    const path = [...prefix, key];
    // The store is one choice as a whole, and so is what stands elsewhere.
    const whole =
      value === null ||
      typeof value !== "object" ||
      Array.isArray(value) ||
      "provider" in value ||
      "host" in value;
    if (whole) return [[path, JSON.parse(JSON.stringify(value))]];
    return flatten(JSON.parse(JSON.stringify(value)), path);
  });
}

/** Returns another value of the same kind as the one that is there. */
export function another(name: string, value: Json | undefined): Json {
  const known = find(others, name);
  if (known !== undefined)
    return Array.isArray(value) && !Array.isArray(known) ? [known, ...value.slice(1)] : known;
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return Number.isInteger(value) ? value + 1 : value / 2;
  if (value !== null && typeof value === "object" && !Array.isArray(value))
    return { ...asObject(value), other: "label" };
  if (Array.isArray(value)) return value.length > 0 ? value.slice(1) : ["other"];
  if (value === undefined) return /ephemeral-storage/.test(name) ? "3Gi" : /depth/.test(name) ? 2 : "other";
  const choices = [
    "INFO",
    "DEBUG",
    "IfNotPresent",
    "Always",
    "production",
    "staging",
    "daily",
    "weekly",
    "preferred",
    "required",
    "Prefix",
    "Exact",
    "Equal",
    "Exists",
    "NoSchedule",
    "NoExecute",
    "volatile-lru",
    "volatile-lfu",
  ];
  const place = choices.indexOf(String(value));
  if (place !== -1) return choices[place % 2 === 0 ? place + 1 : place - 1] ?? "";
  const amount = /^(\d+)(m|[KMGT]i?|[kMG]B|[kmg]b|s|h)?$/.exec(String(value));
  if (amount) return `${Number(amount[1]) + (amount[2] === "m" ? 100 : 1)}${amount[2] ?? ""}`;
  return `${String(value)}-x`;
}

function mergeInto(target: PlainValues, patch: PlainValues): void {
  for (const [path, value] of flatten(patch)) setAt(target, path, value);
}
