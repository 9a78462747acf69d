import { asObject, type Manifest } from "../kubernetes/manifest.ts";
import { text } from "./read.ts";
import type { Finding, Rule } from "./rule.ts";
import { type Server, servers } from "./server-settings.ts";

const wanted: readonly (readonly [name: string, value: RegExp, reason: string])[] = [
  ["appendonly", /^yes$/, "a killed master comes back empty, and empties its replicas"],
  ["appendfsync", /^(?:everysec|always)$/, "minutes of writes are lost with the node"],
  ["protected-mode", /^yes$/, "without users everybody is let in"],
  ["replica-read-only", /^yes$/, "what is written to a replica is lost at its next copy"],
  ["aclfile", /^\/run\/redis\/users\.acl$/, "no user of the tree exists"],
  ["include", /./, "neither sizes nor role are read"],
];
const administration = ["@admin", "@dangerous"];

/** Redis keeps what it acknowledged, evicts nothing that has no expiry, and lets nobody in without a password. */
export const redisSettings: Rule = {
  id: "redis-settings",
  reason:
    "a cache that is also a queue loses work when it evicts, and a server without users obeys everybody",
  source: "Redis, Persistence; Key eviction; Access Control List",
  values: ["redis.settings"],
  *check(manifests) {
    for (const server of servers(manifests, "redis")) yield* settings(server);
    const configurations = new Set(servers(manifests, "redis").map(({ configuration }) => configuration));
    for (const configuration of configurations) yield* users(configuration);
  },
};

function* settings({ configuration, settings: own }: Server): Iterable<Finding> {
  for (const [name, value, reason] of wanted) {
    const is = own.get(name) ?? "";
    if (!value.test(is))
      yield { manifest: configuration, path: `data ${name}`, message: `is ${is || "not set"}: ${reason}` };
  }
  const policy = own.get("maxmemory-policy") ?? "noeviction";
  if (policy.startsWith("allkeys"))
    yield {
      manifest: configuration,
      path: "data maxmemory-policy",
      message: `is ${policy}: queues, locks and sessions are evicted too; volatile-lru fits`,
    };
}

/** A category that is taken away after everything was given stays away; one that is given later comes back. */
function* users(configuration: Manifest): Iterable<Finding> {
  const tell = (message: string): Finding => ({
    manifest: configuration,
    path: 'data["users.acl"]',
    message,
  });
  const lines = text(asObject(configuration.body["data"])["users.acl"]).split("\n");
  const known = new Map(
    lines
      .filter((line) => line.startsWith("user "))
      .map((line) => [line.split(" ")[1] ?? "", line.split(" ")]),
  );
  const standard = known.get("default");
  if (!standard?.includes("off") || standard.includes("nopass"))
    yield tell("leaves the user default on, who needs no password; user default off resetpass fits");
  for (const [name, words] of known) {
    if (words.includes("nopass")) yield tell(`lets ${name} in without a password`);
    if (name === "default" || name === "operator" || !words.includes("+@all")) continue;
    const left = administration.filter((category) => !words.includes(`-${category}`));
    if (left.length > 0)
      yield tell(`gives ${name} ${left.join(" and ")}, with which it turns persistence off; take them away`);
  }
  for (const role of ["application", "replication", "monitoring"]) {
    if (!known.has(role)) yield tell(`has no user ${role}, with whom clients log in`);
  }
}
