import { expect, test } from "vitest";
import { readProofs } from "./proof.ts";
import { report } from "./report.ts";

const line = `{"claim":"it holds","against":["Kubernetes v1.37.2"],"count":"3 objects","pods":"KWOK"}\n`;

test("each proof is a row that says what stood behind it", () => {
  const text = report(readProofs(line), { commit: "abc1234", date: "2026-01-31", failures: [] });
  expect(text).toContain("on 2026-01-31 at commit abc1234.");
  expect(text).toContain("| it holds | 3 objects | simulated (KWOK) | Kubernetes v1.37.2 |");
});

test("a test that did not pass is named", () => {
  const text = report([], { commit: "abc1234", date: "2026-01-31", failures: ["it syncs"] });
  expect(text).toContain("**Not proven by this run**");
  expect(text).toContain("\n- it syncs\n");
  expect(text).not.toContain("Every test of the run passed");
});

test("a proof that does not say what stood behind it is refused", () => {
  expect(() => readProofs(`{"claim":"it holds","against":[],"count":"3"}\n`)).toThrow(/pods/u);
});
