import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFiles } from "../src/output/disk.ts";
import { repository, run, withCopy } from "./repository.ts";

test.for(["render", "check", "images", "capacity", "matrix", "plan"])(
  "%s --help explains itself on standard output and ends with 0",
  async (verb) => {
    const { code, stdout, stderr } = await run(repository, [verb, "--help"]);
    expect([code, stderr]).toStrictEqual([0, ""]);
    expect(stdout).toContain(`usage: npm run ${verb}`);
  },
);

test.for([[[]], [["rendr"]], [["render", "--environmnt", "x"]], [["render", "production"]]] as const)(
  "a mistake in the command %j ends with 2, with the usage on standard error",
  async ([args]) => {
    const { code, stdout, stderr } = await run(repository, args);
    expect([code, stdout]).toStrictEqual([2, ""]);
    expect(stderr).toContain("usage:");
    expect(stderr).not.toContain("    at ");
  },
);

test("the matrix is printed in each format, and a format that does not exist ends with 2", async () => {
  const staging = ["matrix", "--environment", "staging"];
  const outputs = await Promise.all(
    ["terminal", "mermaid", "json", "markdown"].map((format) =>
      run(repository, [...staging, "--format", format]),
    ),
  );
  expect(outputs.map(({ code, stderr }) => [code, stderr])).toStrictEqual(outputs.map(() => [0, ""]));
  for (const { stdout } of outputs) expect(stdout).toContain("Deployment/pgbouncer");
  const wrong = await run(repository, [...staging, "--format", "html"]);
  expect([wrong.code, wrong.stdout]).toStrictEqual([2, ""]);
  expect(wrong.stderr).toBe("--format html: must be one of terminal, mermaid, json, markdown\n");
  expect((await run(repository, ["matrix", "--format", "mermaid"])).code).toBe(2);
});

test("an unknown environment is one message that names the nearest", async () => {
  expect(await run(repository, ["render", "--environment", "producton"])).toStrictEqual({
    code: 2,
    stdout: "",
    stderr: "environments/producton: there is no such environment; did you mean production?\n",
  });
});

test("a mistake in a value ends with 2, says where it stands, and nothing is written", async () => {
  await withCopy(async (folder) => {
    await writeFile(
      join(folder, "environments/staging/release.yaml"),
      "version: 1.2.0\ndigest: latest\nmigration: none\n",
    );
    await rm(join(folder, "rendered"), { recursive: true });
    const { code, stdout, stderr } = await run(folder, ["render"]);
    expect([code, stdout]).toStrictEqual([2, ""]);
    expect(stderr).toContain("environments/staging/release.yaml:2:9: digest: ");
    expect(stderr).toContain("a tag can change, a digest cannot");
    expect((await readFiles(folder, ["rendered"])).size).toBe(0);
  });
});

test("a quota that does not hold the largest state names the sum and the ceiling, at the ceiling's place", async () => {
  await withCopy(async (folder) => {
    const path = join(folder, "environments/production/values.yaml");
    const text =
      [...(await readFiles(folder, ["environments"]))].find(([name]) =>
        name.endsWith("production/values.yaml"),
      )?.[1] ?? "";
    await writeFile(path, text.replace(/requests\.cpu: .*/, 'requests.cpu: "20"'));
    const { code, stderr } = await run(folder, ["render"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^environments\/production\/values\.yaml:\d+:\d+: quota\["requests\.cpu"\]: is 20, but the largest permitted state needs \d+/,
    );
  });
});

test("an environment that its installation's root cannot sync ends with 2, at the value to mend", async () => {
  await withCopy(async (folder) => {
    const file = "environments/staging/values.yaml";
    const text = await readFile(join(folder, file), "utf8");
    await writeFile(join(folder, file), text.replace("\nargocd:\n", "\nargocd:\n  revision: other\n"));
    const { code, stderr } = await run(folder, ["check"]);
    expect([code, stderr]).toStrictEqual([
      2,
      expect.stringMatching(
        /^environments\/staging\/values\.yaml:14:13: argocd\.revision: is other, but the root of vendor reads one place/,
      ),
    ]);
  });
});

test("images names the public place of every digest, and the application's placeholder is a finding", async () => {
  const { code, stdout } = await run(repository, ["images", "--environment", "onprem"]);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^onprem: registry\.customer\.example\/apg\/datacraft\/apg-cash-management:\S+@sha256:0{64}\n  PLACEHOLDER/,
  );
  expect(stdout).toMatch(/pgbouncer:\S+@sha256:0{64}\n  PLACEHOLDER: set the digest in base\/values\.yaml/);
  expect(stdout).toContain("onprem: registry.customer.example/apg/library/postgres:15.19-bookworm@sha256:");
});

test("images --mirror names each known image by its public digest and by its place in the mirror", async () => {
  const { code, stdout, stderr } = await run(repository, ["images", "--environment", "onprem", "--mirror"]);
  expect(code).toBe(1);
  for (const line of stdout.trim().split("\n"))
    expect(line).toMatch(/^\S+@sha256:[0-9a-f]{64} registry\.customer\.example\/apg\/[^@\s]+:[^@\s]+$/);
  expect(stdout).not.toContain("0".repeat(64));
  expect(stderr).toContain("the digest is a placeholder");
});

test("images --mirror-charts names each image of the charts by its tag and by its place in the mirror", async () => {
  const { code, stdout } = await run(repository, ["images", "--environment", "onprem", "--mirror-charts"]);
  const lines = stdout.trim().split("\n");
  expect([code, lines]).toStrictEqual([
    0,
    expect.arrayContaining([
      "docker.io/traefik:v3.7.11 registry.customer.example/apg/traefik:v3.7.11",
      "quay.io/jetstack/cert-manager-webhook:v1.21.1 registry.customer.example/apg/jetstack/cert-manager-webhook:v1.21.1",
    ]),
  ]);
  for (const line of lines)
    expect(line).toMatch(/^[a-z0-9.]+\/(\S+:\S+) registry\.customer\.example\/apg\/\1$/);
});

test("endpoints asks for one environment, and prints the records of its hosts", async () => {
  const records = ["endpoints", "--environment", "production", "--address", "203.0.113.10", "--records"];
  const { code, stdout } = await run(repository, records);
  expect([code, stdout.split("\n")[0]]).toStrictEqual([
    0,
    "apg-cash-management.datacraft.co.ke. 300 IN A 203.0.113.10",
  ]);
  expect((await run(repository, ["endpoints"])).code).toBe(2);
  expect((await run(repository, ["endpoints", "--environment", "staging", "--address", "x"])).code).toBe(2);
});
