import { expect, test } from "vitest";
import { identity, type Manifest } from "../src/kubernetes/manifest.ts";
import { argocdEnvironment } from "../src/system/argocd.ts";
import { argocdFiles } from "../src/argocd/files.ts";
import { valuesSchema } from "../src/values/schema.ts";
import { manifestsOf, type PlainValues, plainValues, setAt } from "./in-memory.ts";
import { changeOf, companions, find, leaves, others, situations } from "./value-changes.ts";

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

test.for(leaves.filter(({ name }) => find(notRendered, name) === undefined))(
  "$name changes what is rendered",
  async (leaf) => {
    const { before, after } = await changeOf(leaf);
    const changed = difference(before, after);
    const outside = changed.filter((object) => !object.includes("/ConfigMap/"));
    expect(find(readers, leaf.name) === undefined ? outside : changed).not.toStrictEqual([]);
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
