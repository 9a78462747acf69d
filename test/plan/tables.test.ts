import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, chownSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postgresqlParameters } from "../../src/plan/configuration/postgresql.ts";
import { redisSettable, redisStartOnly } from "../../src/plan/configuration/redis.ts";

// PostgreSQL refuses to run as root: its own account does, where there is one.
function postgresUser(): readonly string[] {
  return process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--"] : [];
}

function run(command: readonly string[], input = ""): string {
  const [program = "", ...args] = command;
  return execFileSync(program, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
}

test("the contexts of PostgreSQL's parameters are those of the installed server", () => {
  const folder = mkdtempSync(join(tmpdir(), "plan-postgres-"));
  try {
    if (process.getuid?.() === 0)
      chownSync(folder, Number(run(["id", "-u", "postgres"])), Number(run(["id", "-g", "postgres"])));
    const data = join(folder, "data");
    run([...postgresUser(), "initdb", "--no-sync", "-D", data]);
    const version = run(["postgres", "--version"]);
    expect(version).toContain("(PostgreSQL) 15.");
    const answer = run(
      [...postgresUser(), "postgres", "--single", "-D", data, "template1"],
      "select name, context from pg_settings\n",
    );
    const values = [...answer.matchAll(/\d: (?:name|context) = "([^"]*)"/g)].map(([, value = ""]) => value);
    const pairs = Array.from({ length: values.length / 2 }, (_, index) => [
      values[2 * index]?.toLowerCase(),
      values[2 * index + 1],
    ]);
    expect(pairs.length).toBeGreaterThan(300);
    expect(Object.fromEntries(postgresqlParameters)).toEqual(Object.fromEntries(pairs));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what Redis takes only at its start is not what CONFIG SET changes", () => {
  expect([...redisStartOnly].filter((name) => redisSettable.has(name))).toEqual([]);
  expect(redisSettable.has("maxmemory")).toBe(true);
  expect(redisStartOnly.has("databases")).toBe(true);
});
