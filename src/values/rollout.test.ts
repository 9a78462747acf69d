import { expect, test } from "vitest";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run, withCopy } from "../../test/repository.ts";
import { readFiles } from "../output/disk.ts";

/** A change of a default and of a file that pods mount, neither in base/ itself. */
async function writeChange(folder: string): Promise<void> {
  const files = {
    "values.yaml": "app: { replicaCount: 5, autoscaling: { minReplicas: 5 } }\n",
    "redis/redis.conf": `${await readFile(join(folder, "base/redis/redis.conf"), "utf8")}# rolled out\n`,
  };
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, "base/rollout/more-pods", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const changedIn = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] => [
  ...new Set(
    [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path.split("/")[1] ?? ""),
  ),
];

test("a change of base/ enters the environments that take it, and no other", async () => {
  await withCopy(async (folder) => {
    const before = await readFiles(folder, ["rendered"]);
    await writeChange(folder);
    expect(await run(folder, ["check"])).toMatchObject({ code: 0 });

    await appendFile(join(folder, "environments/staging/values.yaml"), "\nrollout: [more-pods]\n");
    expect(await run(folder, ["render"])).toMatchObject({ code: 0 });
    const after = await readFiles(folder, ["rendered"]);
    expect(changedIn(before, after)).toStrictEqual(["staging"]);
    const texts = [...after].filter(([path]) => path.startsWith("rendered/staging/")).map(([, text]) => text);
    expect(texts.some((text) => text.includes("# rolled out"))).toBe(true);

    // An environment's own value still wins over the change.
    expect(
      after.get("rendered/staging/autoscaling/horizontalpodautoscaler-apg-cash-management-hpa.yaml"),
    ).toContain("minReplicas: 2");
  });
});

test("a change that does not exist is refused where it is named", async () => {
  await withCopy(async (folder) => {
    await writeChange(folder);
    await appendFile(join(folder, "environments/staging/values.yaml"), "\nrollout: [more-pod]\n");
    const { code, stderr } = await run(folder, ["render"]);
    expect([code, stderr]).toStrictEqual([
      2,
      expect.stringMatching(
        /^environments\/staging\/values\.yaml:\d+:11: rollout: "more-pod" is no change that is rolled out; did you mean more-pods\?\n$/,
      ),
    ]);
  });
});
