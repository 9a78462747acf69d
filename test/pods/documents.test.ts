import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresql } from "../../src/components/postgresql.ts";
import { postgresqlBackup } from "../../src/components/postgresql-backup.ts";
import { redisBackup } from "../../src/components/redis-backup.ts";
import { redis } from "../../src/components/redis.ts";
import { mustRunJob } from "./jobs.ts";
import { type PostgresqlCluster, startPostgresqlCluster } from "./postgresql-cluster.ts";
import { expectRows, firstRows, primary, replicas, seedRows } from "./postgresql-scenarios.ts";
import { renderedTree } from "./small-tree.ts";
import { smallPostgresql, smallPostgresqlBackup, smallRedis, smallRedisBackup } from "./specs.ts";

const [replica] = replicas;
const servers = { ...smallPostgresql(), replicas: 1 };
const text = readFileSync(join(import.meta.dirname, "../../docs/data.md"), "utf8");
const commands = [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);
let cluster: PostgresqlCluster;

beforeAll(async () => {
  const models = [
    ...postgresql(servers),
    ...postgresqlBackup(smallPostgresqlBackup()),
    ...redis({ ...smallRedis(), replicas: 1 }),
    ...redisBackup(smallRedisBackup()),
  ];
  cluster = await startPostgresqlCluster(servers, renderedTree(models));
  await cluster.create(["redis-master-0", "redis-replica-0", "redis-backup-0"]);
  await firstRows(cluster, [replica]);
  await cluster.create(["postgres-backup-0"]);
  await cluster.eventually(
    primary,
    "SELECT active FROM pg_replication_slots WHERE slot_name = 'backup'",
    "t",
  );
  await mustRunJob(cluster, "postgres-base-backup", "base");
  await cluster.ready(["redis-master-0", "redis-replica-0"]);
  await mustRunJob(cluster, "redis-dump", "dump");
  await mustRunJob(cluster, "redis-restore-rehearsal", "rehearse");
});

afterAll(async () => {
  await cluster.close();
});

describe("docs/data.md", () => {
  test("every command does what the page says", async () => {
    const moment = await cluster.ask(primary, "SELECT now()");
    await cluster.ask(primary, "INSERT INTO ledger VALUES (7000)");
    const here = commands.filter((command) => !/^MOMENT=|job[/ ]restore\b/.test(command));
    // The moment, and the four commands with the pod of a restore: that one needs an object store (offsite.test.ts).
    expect(here).toHaveLength(commands.length - 5);
    for (const command of here) {
      const words = wordsOf(command, moment);
      expect(words[0]).toBe("kubectl");
      expect([command, await run(words.slice(1))]).toEqual([command, 0]);
    }
    expect(await expectRows(cluster, [primary, replica], seedRows + 1)).toBe(seedRows + 1);
  });

  test("a command that fails is noticed", async () => {
    const wrong = "kubectl exec postgres-primary-0 -c postgres -- psql -U postgres -c nonsense";
    expect(await run(wordsOf(wrong, "").slice(1))).toBe(1);
  });
});

/** What a shell makes of a line: kubectl is a function there that prints its words. */
function wordsOf(line: string, moment: string): readonly string[] {
  const script = `kubectl() { printf '%s\\0' kubectl "$@"; }\n${line}`;
  const output = execFileSync("/bin/bash", ["--norc", "-c", script], {
    env: { MOMENT: moment },
    encoding: "utf8",
  });
  return output.split("\0").slice(0, -1);
}

/** Does on the cluster of the test what kubectl does on a real one; returns the exit code. */
async function run([verb, ...words]: readonly string[]): Promise<number | null> {
  const [first = "", second = ""] = words;
  if (verb === "exec" && second === "-c" && words[3] === "--") {
    return (await cluster.pod(first).exec(words[2] ?? "", words.slice(4))).code;
  }
  // A container that said nothing has an empty log; one that does not exist has none.
  if (verb === "logs" && second === "-c") return cluster.pod(first).container(words[2] ?? "").pid > 0 ? 0 : 1;
  // The node is the cluster's; what follows from the taint is in promotion.test.ts.
  if (verb === "taint" && first === "nodes") return 0;
  if (verb === "delete" && first === "pvc") {
    lost.push(second);
    return 0;
  }
  if (verb !== "delete" || first !== "pod")
    throw new Error(`no such command here: ${verb} ${words.join(" ")}`);
  await cluster.remove([second]);
  for (const claim of lost.splice(0)) await cluster.claims.lose(claim);
  await cluster.create([second]);
  await cluster.ready([second]);
  return 0;
}

/** Claims that are deleted as soon as their pod is. */
const lost: string[] = [];
