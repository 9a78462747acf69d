import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rules } from "../../src/checks/rules.ts";
import { setA } from "../mutants/set-a.ts";
import { repository } from "../repository.ts";
import { silenced } from "./silenced.ts";

test("at most ten rules of other programs are silenced, each once", () => {
  expect(silenced.length).toBeLessThanOrEqual(10);
  expect(new Set(silenced.map(({ program, rule }) => `${program} ${rule}`)).size).toBe(silenced.length);
});

test.for(silenced)(
  "$rule of $program: what is left of the risk is judged by $judge, and tested",
  ({ judge }) => {
    expect(rules.map(({ id }) => id)).toContain(judge);
    expect(existsSync(join(repository, "src/checks", `${judge}.test.ts`))).toBe(true);
    expect(setA.filter(({ rule }) => rule === judge)).not.toStrictEqual([]);
  },
);
