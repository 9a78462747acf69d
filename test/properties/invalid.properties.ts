import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { run, withCopy } from "../repository.ts";
import { mistaken } from "./mistakes.ts";
import { runInvalid } from "./run.ts";

const part = 500;

test.for(Array.from({ length: 20 }, (_unused, index) => 1 + index * part))(
  "500 files with a mistake, from seed %i on, end with 1 or 2 and a message",
  (from) => {
    expect(runInvalid(from, part)).toStrictEqual([]);
  },
);

test("so they do in a process of their own", async () => {
  await withCopy(async (copy) => {
    for (let seed = 1; seed <= 30; seed += 1) {
      await writeFile(join(copy, "environments/staging/values.yaml"), mistaken(seed).text);
      const { code, stdout, stderr } = await run(copy, ["render", "--environment", "staging"]);
      expect([1, 2]).toContain(code);
      expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at \S|this is a bug/);
    }
  });
});
