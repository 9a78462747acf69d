import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { generated } from "../src/components/generated-secrets.ts";
import { asArray, asObject, type Json, type Manifest } from "../src/kubernetes/manifest.ts";
import { repository, run, withCopy } from "./repository.ts";
import { environmentNames, tree } from "./trees.ts";

const page = readFileSync(join(repository, "docs/install.md"), "utf8");
const commands = [...page.matchAll(/^```console\n(.*?)^```/gms)].flatMap(([, block = ""]) =>
  block.trim().split("\n"),
);
const packageFile: Json = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
const scripts = asObject(asObject(packageFile)["scripts"]);

// A placeholder is a finding of images, and the example hosts have no records.
const findings =
  /^npm run (?:-s )?(?:images(?!.*--mirror-charts)|endpoints -- --environment production --address 203\.0\.113\.10$)/;

test.for(commands.filter((command) => command.startsWith("npm run")))(
  "%s works as it stands",
  async (command) => {
    const [, verb = "", rest = ""] = /^npm run (?:-s )?([a-z-]+)(?: -- ([^>]*))?/.exec(command) ?? [];
    expect(scripts[verb]).toBe(`node src/cli.ts ${verb}`);
    await withCopy(async (folder) => {
      const { code } = await run(folder, [verb, ...rest.trim().split(" ").filter(Boolean)]);
      expect(code).toBe(findings.test(command) ? 1 : 0);
    });
  },
);

test("the command that lists the secrets names the keys that the trees ask for", async () => {
  const command = commands.find((line) => line.startsWith("grep")) ?? "";
  const { stdout } = await promisify(execFile)("bash", ["-c", command], { cwd: repository });
  expect(stdout.trim().split("\n").length).toBeGreaterThan(3);
  expect(stdout).toMatch(/^key: apg\S+$/m);
});

test("the table of secrets names exactly what the trees ask their stores for", () => {
  const rows = page.matchAll(/^\| `([a-z-]+)` \| (`[^|]+`) \|/gm);
  const named = [...rows].flatMap(([, group = "", values = ""]) =>
    [...values.matchAll(/`([^`]+)`/g)].map(([, value = ""]) => `${group} ${value}`),
  );
  const asked = environmentNames.flatMap((name) => tree(name).flatMap(storedValues));
  expect(new Set(named)).toStrictEqual(new Set(asked));
});

/** Returns "group value" of each value that an ExternalSecret reads from a store, without the store's prefix. */
function storedValues({ kind, body }: Manifest): string[] {
  if (kind !== "ExternalSecret") return [];
  return asArray(asObject(body["spec"])["data"]).flatMap((entry) => {
    const { key, property } = asObject(asObject(entry)["remoteRef"]);
    // What is generated on a laptop stands in one Secret of the cluster.
    if (typeof key !== "string" || key === generated) return [];
    const [, group = "", value = ""] =
      (typeof property === "string"
        ? /^apg\/([a-z-]+) (.+)$/
        : /^apg-(backup-copy|edge-authority|[a-z]+)-(.+) $/
      ).exec(`${key} ${typeof property === "string" ? property : ""}`) ?? [];
    return [`${group} ${group === "bank" ? "<bank>-api-key" : value}`];
  });
}

test("every file that a command or a link names exists", () => {
  const named = [...page.matchAll(/(?:-f|--patch-file) (\S+)/g)].map(([, path = ""]) => path);
  const linked = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => join("docs", path));
  expect(named.length).toBeGreaterThan(3);
  expect([...named, ...linked].filter((path) => !existsSync(join(repository, path)))).toStrictEqual([]);
});

test("every program that a command needs is known here, so that none is entered without a thought for its test", () => {
  const programs = new Set(commands.map((command) => command.split(" ")[0]));
  expect(programs).toStrictEqual(new Set(["npm", "while", "grep", "kubectl"]));
});
