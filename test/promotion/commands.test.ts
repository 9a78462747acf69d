import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../repository.ts";
import { digest, enter, withClone, type Clone } from "./clone.ts";

const changedBy = ({ git }: Clone): string[] => [
  ...new Set(
    git(["show", "--format=", "--name-only"])
      .split("\n")
      .map((path) => path.replace(/^(rendered\/[^/]+)\/.*/, "$1")),
  ),
];

test("a release goes from staging to production, back, and is held", async () => {
  await withClone(async (clone) => {
    const { command, git, merge, read } = clone;

    const before = read("environments/staging/release.yaml");
    const entered = await command(...enter, "--commit");
    expect([entered.code, entered.stderr]).toStrictEqual([0, ""]);
    expect(entered.stdout).toMatch(/gates: passed[^]*Deployment[^]*committed on release\/staging\/1\.4\.0/);
    expect(changedBy(clone)).toStrictEqual(["environments/staging/release.yaml", "rendered/staging"]);
    expect(read("environments/staging/release.yaml")).toBe(
      `${before.replace("version: 1.0.0", "version: 1.4.0").replace(/sha256:0{64}/, digest)}origin: release\n`,
    );
    expect(await command("check")).toMatchObject({ code: 0 });
    expect(await command("gates", "--explain")).toMatchObject({ code: 0 });
    merge(30);

    const promoted = await command("promote", "staging", "production", "--explain", "--commit");
    expect([promoted.code, promoted.stderr]).toStrictEqual([0, ""]);
    expect(promoted.stdout).toMatch(/passed +soak: it stood in staging for 30 h.* of 24 h/);
    expect(promoted.stdout).toMatch(/passed +difference: \d+ values differ from staging/);
    expect(promoted.stdout).toContain("Requested in git: what ran in a cluster, git does not know.");
    expect(changedBy(clone)).toStrictEqual(["environments/production/release.yaml", "rendered/production"]);
    expect(read("environments/production/release.yaml")).toContain(`digest: ${digest}\n`);
    expect(git(["show", "--no-patch", "--format=%B"])).toContain(
      `promote(production): 1.4.0\n\nEnvironment: production\nFrom: staging\nVersion: 1.4.0\nDigest: ${digest}`,
    );
    const judged = await command("gates", "--format", "json");
    expect([judged.code, JSON.parse(judged.stdout)]).toStrictEqual([
      0,
      expect.objectContaining({ schemaVersion: 1, verdict: "passed" }),
    ]);
    merge(2);

    const back = await command("rollback", "production", "--reason", "payments were lost", "--commit");
    expect([back.code, back.stderr]).toStrictEqual([0, ""]);
    expect(back.stdout).toContain("gates: passed");
    expect(read("environments/production/release.yaml")).toMatch(
      new RegExp(
        `version: 1\\.0\\.0\\n[^]*origin: rollback\\nhold:\\n  digests:\\n    - ${digest}\\n  reason: "payments were lost"\\n  owner: "somebody@example\\.com"\\n  end: "20`,
      ),
    );
    expect(await command("check")).toMatchObject({ code: 0 });
    merge(1);

    const again = await command("promote", "staging", "production", "--commit");
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/failed +hold: production holds sha256:0123456789ab back/);
    expect(again.stdout).toMatch(/failed +not-older: [^]*nothing was written/);
    expect(git(["status", "--porcelain"])).toBe("?? node_modules");

    const lifted = await command("unhold", "production", "--commit");
    expect([lifted.code, lifted.stdout]).toStrictEqual([0, expect.stringContaining("gates: passed")]);
    expect(changedBy(clone)).toStrictEqual(["environments/production/release.yaml"]);
    expect(read("environments/production/release.yaml")).not.toContain("hold:");
  });
});

test("a hold keeps releases away until it is lifted, and a release that is too young waits", async () => {
  await withClone(async ({ command, merge, read }) => {
    await command(...enter, "--commit");
    merge(3);
    const early = await command("promote", "staging", "production");
    expect([early.code, early.stdout]).toStrictEqual([
      0,
      expect.stringMatching(
        /waits +soak: it stands in staging for 3 h.*[^]*gates: waits[^]*written, not committed/,
      ),
    ]);
    expect(read("environments/production/release.yaml")).toContain("origin: promotion");

    const dirty = await command("hold", "production", "--reason", "the bank moves its servers");
    expect([dirty.code, dirty.stderr]).toStrictEqual([2, expect.stringContaining("not committed")]);

    const held = await command("hold", "staging", "--reason", "the bank moves its servers", "--owner", "ops");
    expect([held.code, held.stderr]).toStrictEqual([0, ""]);
    expect(read("environments/staging/release.yaml")).toContain(
      'hold:\n  reason: "the bank moves its servers"\n  owner: "ops"\n  end: "20',
    );
  });
});

const documented = /```console\n(npm run release[^`]*)```/
  .exec(readFileSync(join(repository, "docs/promotion.md"), "utf8"))?.[1]
  ?.trim()
  .split("\n");

test("the commands of docs/promotion.md work as written, in their order", async () => {
  await withClone(async ({ command, git }) => {
    for (const [index, line] of (documented ?? []).entries()) {
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      const [, , verb = "", ...rest] = words;
      const { code, stderr } = await command(verb, ...rest.filter((word) => word !== "--"));
      expect([line, code, stderr]).toStrictEqual([line, 0, ""]);
      git(["add", "environments", "rendered"]);
      // Ever later, so that the release has soaked when it is promoted.
      git(["commit", "--quiet", "--allow-empty", "-m", verb], [60, 20][index] ?? 10 - index);
    }
    expect(documented?.length).toBe(7);
    expect(git(["log", "--format=%s"]).split("\n").toReversed()).toStrictEqual([
      "begin",
      "release",
      "promote",
      "rollback",
      "hold",
      "unhold",
      "prove",
      "gates",
    ]);
  });
});

const mistakes: readonly (readonly [readonly string[], string])[] = [
  [["promote", "staging"], "expected the environment before and the next environment"],
  [
    ["promote", "development", "production"],
    "production gets its releases from staging, not from development",
  ],
  [
    ["promote", "production", "staging"],
    "staging gets its releases from no other environment: npm run release",
  ],
  [
    ["promote", "staging", "production"],
    "production has 1.0.0 (sha256:000000000000) already, as staging has",
  ],
  [
    [...enter, "--environment", "production"],
    "production gets its releases from staging: npm run promote -- staging production",
  ],
  [
    ["release", "--version", "latest", "--digest", digest, "--migration", "none"],
    '--version: is "latest"; expected an exact version',
  ],
  [
    ["release", "--version", "1.4.0", "--digest", "1.4.0", "--migration", "none"],
    "a tag can change, a digest cannot",
  ],
  [
    ["release", "--version", "1.4.0", "--digest", digest],
    "--migration: is missing; expected one of none, reversible, one-way",
  ],
  [["rollback", "production"], "--reason is missing"],
  [
    ["rollback", "production", "--reason", "payments were lost"],
    "has no earlier release that completed its soak time",
  ],
  [
    ["hold", "nowhere", "--reason", "payments were lost"],
    "nowhere: there is no environments/nowhere/release.yaml",
  ],
  [["hold", "production", "--reason", "short"], "hold.reason: is text of 5 characters"],
  [["unhold", "production"], "production holds nothing back"],
  [["gates", "--at", "tomorrow"], "--at tomorrow: expected a time with its zone"],
  [[...enter, "--pull-request"], "--pull-request needs --commit"],
];

test("a mistake ends with 2, says what is right, and writes nothing", async () => {
  await withClone(async ({ command, git }) => {
    for (const [args, message] of mistakes) {
      const { code, stderr } = await command(...args);
      expect([args, code, stderr]).toStrictEqual([args, 2, expect.stringContaining(message)]);
    }
    expect(git(["status", "--porcelain"])).toBe("?? node_modules");
  });
});

test("a commit that git would refuse is refused before anything is written", async () => {
  await withClone(async ({ command, commandWith, git }) => {
    git(["branch", "release/staging/1.4.0"]);
    expect(await command(...enter, "--commit")).toMatchObject({
      code: 2,
      stderr:
        "the branch release/staging/1.4.0 is there already; go on with it (git switch release/staging/1.4.0), or delete it (git branch -D release/staging/1.4.0)\n",
    });
    git(["branch", "--quiet", "--delete", "release/staging/1.4.0"]);
    git(["config", "user.useConfigOnly", "true"]);
    git(["config", "--unset", "user.email"]);
    const nobody = await commandWith({ EMAIL: "" }, ...enter, "--commit");
    expect(nobody).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("git does not know who commits: git config user.name"),
    });
    expect(git(["status", "--porcelain"])).toBe("?? node_modules");
  });
});

test("who holds a release is whom their own git names, wherever it says so", async () => {
  await withClone(async ({ commandWith, folder, git, read }) => {
    git(["config", "--unset", "user.email"]);
    const reason = ["hold", "production", "--reason", "the bank moves its servers"];
    expect(await commandWith({}, ...reason)).toMatchObject({
      code: 2,
      stderr: "--owner is missing, and git's user.email is not set\n",
    });
    const settings = join(folder, ".git/global");
    git(["config", "--file", settings, "user.email", "jane@example.com"]);
    expect(await commandWith({ GIT_CONFIG_GLOBAL: settings }, ...reason)).toMatchObject({ code: 0 });
    expect(read("environments/production/release.yaml")).toContain('owner: "jane@example.com"');
  });
});
