import { expect, test } from "vitest";
import { asObject, identity, type Json, type Manifest } from "../src/kubernetes/manifest.ts";
import { argocdEnvironment } from "../src/system/argocd.ts";
import { argocdFiles } from "../src/argocd/files.ts";
import { referenceRows } from "../src/values/reference.ts";
import { valuesSchema } from "../src/values/schema.ts";
import { manifestsOf, type PlainValues, plainValues, setAt } from "./in-memory.ts";

/** Who reads a value that ends in nothing but a ConfigMap. */
const readers: readonly [RegExp, string][] = [
  [/^env\./, "the application, as environment variables"],
  [/^app\.termination\.shutdownSeconds$/, "the application, as UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN"],
  [
    /^postgresql\.(?:settings|primary\.memory|readReplicas\.memory|synchronous)/,
    "PostgreSQL, in sizes.conf, primary.conf, replica.conf",
  ],
  [/^postgresql\.pooler\.(?:server|client)Connections$/, "PgBouncer, in sizes.ini"],
  [/^redis\.settings\./, "Redis, in sizes.conf"],
];

/** Values that only read, or that judge without being rendered: what they do instead. */
const notRendered: readonly [RegExp, string][] = [
  [/^exceptions/, "lets a finding of a check pass, and changes no object"],
  [/^rollout/, "chooses among the folders of base/rollout/; src/values/rollout.test.ts"],
  [/^images\.\w+\.source$/, "says where a digest was read; npm run images prints it"],
  [
    /^service\.metricsPort$|^env\.PROMETHEUS_METRICS_PORT$/,
    "two values that have to be equal; changed together below",
  ],
];

/** What has to be set first so that a value can act. */
const situations: readonly [RegExp, PlainValues][] = [
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
  [/^network\.dnsBlocks/, { network: { dnsBlocks: [{ cidr: "10.0.0.10/32", except: ["10.0.0.10/32"] }] } }],
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
const others: readonly [RegExp, Json][] = [
  [/^env\.UVICORN_WORKERS$/, 3],
  [/^postgresql\.pooler\.serverConnections$/, 40],
  [/^postgresql\.pooler\.replicas$/, 1],
  [/blocks$/, [{ cidr: "10.128.0.0/9" }]],
  [/hosts\[\]\.paths$/, [{ path: "/other", pathType: "Exact" }]],
  [/^argocd\.chartRepository$/, "https://charts.customer.example/apg"],
  [/^argocd\.signatureKeys$/, ["B5690EEEBB952194"]],
  [/^argocd\.repository$/, "https://github.com/example/other.git"],
  [/^postgresql\.auth\./, "other_name"],
  [/^service\.port$/, 8080],
  [/smokeTest\.resources\.requests\.cpu$|solverResources\.requests\.cpu$/, "20m"],
  [/smokeTest\.resources\.requests\.memory$|solverResources\.requests\.memory$/, "32Mi"],
  [/pathType$/, "Exact"],
  [/cidr$|except$|excludedIPs$/, "10.128.0.0/9"],
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
const companions: readonly [RegExp, PlainValues][] = [
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

interface Leaf {
  readonly name: string;
  readonly path: readonly string[];
}

const leaves: readonly Leaf[] = referenceRows(valuesSchema, undefined)
  .filter(({ type, path }) => type !== "map" && !path.includes("<name>"))
  .map(({ path }) => ({ name: path, path: path.replaceAll("[]", ".0").replace(/^\./, "").split(".") }))
  .filter(
    ({ name }) =>
      !/^(?:secrets\.store\.provider|ingress\.issuer\.type|ingress\.className|ingress\.annotations|quota)$/.test(
        name,
      ),
  );

test.for(leaves.filter(({ name }) => find(notRendered, name) === undefined))(
  "$name changes what is rendered",
  async ({ name, path }) => {
    const before = await plainValues("production");
    mergeInto(before, find(situations, name) ?? {});
    const after: PlainValues = structuredClone(before);
    mergeInto(after, find(companions, name) ?? {});
    setAt(after, path, another(name, valueAt(before, path)));
    const changed = difference(before, after);
    const outside = changed.filter((object) => !object.includes("/ConfigMap/"));
    expect(find(readers, name) === undefined ? outside : changed).not.toStrictEqual([]);
  },
);

test("the port of the metrics and the application's idea of it change together", async () => {
  const before = await plainValues("production");
  const after = structuredClone(before);
  setAt(after, ["service", "metricsPort"], 8002);
  setAt(after, ["env", "PROMETHEUS_METRICS_PORT"], 8002);
  expect(difference(before, after)).toContain("apps/Deployment/apg-cash-management/apg-cash-management");
});

test("every exception above is about a value that exists", () => {
  const names = leaves.map(({ name }) => name);
  const unused = [...readers, ...notRendered, ...situations, ...others, ...companions].filter(
    ([pattern]) => !names.some((name) => pattern.test(name)),
  );
  expect(
    unused.map(([pattern]) => String(pattern)).filter((pattern) => !pattern.includes("pooler")),
  ).toStrictEqual([]);
});

function find<Value>(table: readonly [RegExp, Value][], name: string): Value | undefined {
  return table.find(([pattern]) => pattern.test(name))?.[1];
}

/** Names of the objects and Argo CD files that differ, apart from checksums of what ConfigMaps hold. */
function difference(before: PlainValues, after: PlainValues): string[] {
  const [old, young] = [texts(before), texts(after)];
  return [...new Set([...old.keys(), ...young.keys()])].filter((name) => old.get(name) !== young.get(name));
}

// Most values start from the same tree.
const renderedOnce = new Map<string, ReadonlyMap<string, string>>();

function texts(plain: PlainValues): ReadonlyMap<string, string> {
  const key = JSON.stringify(plain);
  const made = renderedOnce.get(key) ?? make(plain);
  renderedOnce.set(key, made);
  return made;
}

function make(plain: PlainValues): ReadonlyMap<string, string> {
  const manifests = manifestsOf(plain);
  const values = valuesSchema.parse(plain);
  return new Map([
    ...manifests.map((manifest): [string, string] => [stableName(manifest), withoutChecksums(manifest)]),
    ...argocdFiles([
      argocdEnvironment(
        { name: "production", values, manifests },
        { freezes: [], policy: { environments: {} } },
      ),
    ]),
  ]);
}

function stableName(manifest: Manifest): string {
  return identity(manifest);
}

function withoutChecksums({ body }: Manifest): string {
  return JSON.stringify(body, (key, value: unknown) => (key.startsWith("checksum/") ? undefined : value));
}

function valueAt(values: Json | PlainValues | undefined, path: readonly string[]): Json | undefined {
  let current: Json | undefined = JSON.parse(JSON.stringify(values ?? null));
  for (const key of path) current = Array.isArray(current) ? current[Number(key)] : asObject(current)[key];
  return current;
}

function mergeInto(target: PlainValues, patch: PlainValues): void {
  for (const [path, value] of flatten(patch)) setAt(target, path, value);
}

function flatten(patch: PlainValues, prefix: readonly string[] = []): [readonly string[], Json][] {
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

/** Another value of the same kind. */
function another(name: string, value: Json | undefined): Json {
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
