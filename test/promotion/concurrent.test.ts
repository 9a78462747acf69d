import { expect, test } from "vitest";
import { compareFiles, readFiles } from "../../src/output/disk.ts";
import { changeTo } from "../concurrent/changes.ts";
import { drawPairs, drawPool, generator } from "../concurrent/draw.ts";
import { mergePairs } from "../concurrent/pairs.ts";
import { inputs, renderTexts } from "../concurrent/tree.ts";
import { repository } from "../repository.ts";

const scaling = "app.autoscaling.requestsPerSecond";

test("what is rendered from texts is what the repository holds", async () => {
  expect(
    compareFiles(renderTexts(inputs) ?? new Map(), await readFiles(repository, ["rendered", "argocd"])),
  ).toStrictEqual({ missing: [], extra: [], different: [] });
});

// The long form, over all keys and 500 pairs, is npm run test:concurrent.
test("what git merges silently and wrongly, the check stops", async () => {
  // One changes an address that nothing reads yet, the other brings what reads it.
  const stale = [
    changeTo(`${scaling}.prometheusAddress`, "base/values.yaml", "http://other.monitoring.svc:9090"),
    changeTo(`${scaling}.enabled`, "environments/production/values.yaml", true),
  ] as const;
  // Both stand in one checksum of one object.
  const conflict = [
    changeTo("env.APG_LOG_LEVEL", "base/values.yaml", "DEBUG"),
    changeTo("env.BANK_API_TIMEOUT", "environments/production/values.yaml", 31),
  ] as const;
  const random = generator(7);
  const drawn = drawPairs(random, drawPool(random, 0.03).changes, 8);
  const { counts, checked, missed } = await mergePairs([stale, conflict, ...drawn], random);
  expect(missed).toStrictEqual([]);
  expect(counts.get("silently stale")).toBeGreaterThan(0);
  expect(counts.get("conflict in generated files alone")).toBeGreaterThan(0);
  expect(counts.get("equal")).toBeGreaterThan(0);
  expect(checked).toBeGreaterThanOrEqual(counts.get("silently stale") ?? 0);
});
