import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { z } from "zod";
import { $ } from "zx";
import { repeat } from "./rounds.ts";

// Faults that need a cluster of their own each time stand in the files of `npm test`: the whole file is a round.
const repository = join(import.meta.dirname, "../..");
const files = globSync("test/pods/*.test.ts", { cwd: repository }).toSorted();

const report = z.object({ numPassedTests: z.number(), numFailedTests: z.number() });

test.each(files)("%s passes each time", async (file) => {
  const counts = await repeat(basename(file, ".test.ts"), async () => {
    const run = $({ cwd: repository, quiet: true, nothrow: true, env: withoutVitest() });
    const folder = mkdtempSync(join(tmpdir(), "again-"));
    const results = join(folder, "results.json");
    await run`npx vitest run ${file} --reporter=json --outputFile=${results}`;
    const { numPassedTests: passed, numFailedTests: failed } = report.parse(
      JSON.parse(readFileSync(results, "utf8")),
    );
    rmSync(folder, { recursive: true });
    return { passed, failed };
  });
  for (const { passed, failed } of counts) expect([passed > 0, failed]).toEqual([true, 0]);
});

/** The environment without what tells a program that it runs inside a test. */
function withoutVitest(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|TEST)/u.test(name)));
}
