import { expect, test } from "vitest";
import { readProofs } from "./proof.ts";
import { report } from "./report.ts";

const proof = {
  claim: "it holds",
  against: ["Kubernetes v1.37.2"],
  count: "3 objects",
  pods: "KWOK",
} as const;
const run = { commit: "abc1234", date: "2026-01-31", failures: [], proofs: [proof] };

test("each proof is a row below its suite that says what stood behind it", () => {
  const text = report({ sync: run });
  expect(text).toContain("## sync\n\nOn 2026-01-31 at commit abc1234; every test passed.\n");
  expect(text).toContain("| it holds | 3 objects | simulated (KWOK) | Kubernetes v1.37.2 |");
});

test("a test that did not pass is named", () => {
  const text = report({ sync: { ...run, failures: ["it syncs"] } });
  expect(text).toContain("On 2026-01-31 at commit abc1234.\n\n**Not proven**");
  expect(text).toContain("\n- it syncs\n");
  expect(text).not.toContain("every test passed");
});

test("the proofs of a run are told apart by suite", () => {
  const lines = ["sync", "root", "sync"].map((suite) => `${JSON.stringify({ suite, proof })}\n`).join("");
  expect([...readProofs(lines)]).toEqual([
    ["sync", [proof, proof]],
    ["root", [proof]],
  ]);
});

test("a proof that does not say what stood behind it is refused", () => {
  const { pods: _, ...incomplete } = proof;
  expect(() => readProofs(`${JSON.stringify({ suite: "sync", proof: incomplete })}\n`)).toThrow(/pods/u);
});
