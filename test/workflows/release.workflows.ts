import { appendFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { JsonObject } from "../../src/kubernetes/manifest.ts";
import { mainEvent } from "./events.ts";
import type { JobResult } from "./job.ts";
import { gitIn, startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

const digest = `sha256:${"7".repeat(64)}`;
const request = {
  version: "9.9.0",
  digest,
  migration: "none",
  commit: "0123456789012345678901234567890123456789",
  environment: "staging",
} as const;

async function release(
  change: Readonly<Record<string, string>> = {},
  name = "workflow_dispatch",
): Promise<JobResult> {
  const key = name === "workflow_dispatch" ? "inputs" : "client_payload";
  return await world.run(
    "release",
    "release",
    await mainEvent(world, name, { [key]: { ...request, ...change } }),
  );
}

async function promote(contexts: JsonObject = {}): Promise<JobResult> {
  const inputs = { from: "staging", to: "production" };
  const event = await mainEvent(world, "workflow_dispatch", { inputs });
  return await world.run("promote", "promote", { ...event, inputs, ...contexts });
}

function failed({ steps }: JobResult): string[] {
  return steps.filter(({ outcome }) => outcome === "failure").map(({ name, log }) => `${name}: ${log}`);
}

async function changedFolders(branch: string): Promise<string[]> {
  const names = await gitIn(world.origin.folder, "diff", "--name-only", "main", branch);
  return [...new Set(names.split("\n").map((path) => path.split("/").slice(0, 2).join("/")))].toSorted();
}

function pulls(): unknown[] {
  return world.github.state.pulls;
}

test.each(["workflow_dispatch", "repository_dispatch"])(
  "a release asked for by %s is a pull request of the App",
  async (name) => {
    const result = await release({}, name);
    expect(failed(result)).toEqual([]);
    expect(pulls()).toEqual([
      expect.objectContaining({
        title: "release(staging): 9.9.0",
        head: { ref: "release/staging/9.9.0" },
        user: { login: "apg-promotion[bot]" },
      }),
    ]);
    expect(await changedFolders("release/staging/9.9.0")).toEqual([
      "environments/staging",
      "rendered/staging",
    ]);
    expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
  },
);

test.each([
  { version: "9.9.0; touch owned" },
  { version: "$(touch owned)" },
  { version: "9.9.0\nenvironment=production" },
  { digest: "sha256:latest" },
  { migration: "one-way || true" },
  { environment: "../../etc" },
  { environment: "--help" },
  { more: "x" },
])("a hostile payload %j stops at the first step that reads it", async (change) => {
  const { steps, conclusion } = await release(change, "repository_dispatch");
  expect(conclusion).toBe("failure");
  expect(steps.find(({ outcome }) => outcome === "failure")?.name).toBe("Read the request");
  expect(steps.filter(({ outcome }) => outcome === "skipped").map(({ name }) => name)).toContain(
    "Write the release",
  );
  expect([pulls(), await world.origin.refs("refs/heads")]).toEqual([[], ["refs/heads/main"]]);
});

test("a promotion copies what staging has, once its image's signature is verified by digest", async () => {
  expect(failed(await release())).toEqual([]);
  await world.origin.setRef(
    "refs/heads/main",
    await world.origin.commitOf("refs/heads/release/staging/9.9.0"),
  );
  const unsigned = await promote();
  expect(unsigned.steps.find(({ outcome }) => outcome === "failure")?.name).toBe(
    "Verify the image's signature",
  );
  expect(pulls()).toHaveLength(1);
  await appendFile(world.signed, `docker.io/datacraft/apg-cash-management@${digest}\n`);
  const signed = await promote();
  expect(failed(signed)).toEqual([]);
  expect(pulls()).toHaveLength(2);
  expect(await changedFolders("promote/production/9.9.0-3")).toEqual([
    "environments/production",
    "rendered/production",
  ]);
  const text = await world.origin.textOf(
    "promote/production/9.9.0-3",
    "environments/production/release.yaml",
  );
  expect(text).toContain(digest);
  expect(world.github.calls.filter(({ status }) => status >= 400)).toEqual([]);
});

test("where a customer has no signatures, the promotion does without and asks for no cosign", async () => {
  expect(failed(await release())).toEqual([]);
  await world.origin.setRef(
    "refs/heads/main",
    await world.origin.commitOf("refs/heads/release/staging/9.9.0"),
  );
  const result = await promote({ vars: { PROMOTION_APP_CLIENT_ID: "client", IMAGE_SIGNATURE: "none" } });
  expect(failed(result)).toEqual([]);
  expect(result.steps.find(({ name }) => name === "Install cosign")?.outcome).toBe("skipped");
});

test("a promotion past the order of environments opens nothing", async () => {
  const inputs = { from: "development", to: "production" };
  const event = await mainEvent(world, "workflow_dispatch", { inputs });
  const vars = { IMAGE_SIGNATURE: "none" };
  const { steps } = await world.run("promote", "promote", { ...event, inputs, vars });
  expect(steps.find(({ outcome }) => outcome === "failure")?.name).toBe("Write the promotion");
  expect(pulls()).toEqual([]);
});
