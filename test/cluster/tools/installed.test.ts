import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findInstalled } from "./build.ts";
import { programs } from "./catalogue.ts";

let folder = "";
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "assets-"))));
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function install(says: string): Promise<string> {
  const path = join(folder, "kube-apiserver");
  await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
  await chmod(path, 0o755);
  return path;
}

test("a program in KUBEBUILDER_ASSETS is taken when it is of the minor release that is asked for", async () => {
  const path = await install("Kubernetes v1.37.9");
  vi.stubEnv("KUBEBUILDER_ASSETS", folder);
  expect(await findInstalled(programs.apiServer)).toBe(path);
  expect(await findInstalled(programs.oldestApiServer)).toBeUndefined();
});

test("a program on PATH is taken, too, but none of another release", async () => {
  vi.stubEnv("KUBEBUILDER_ASSETS", undefined);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
  const path = await install("Kubernetes v1.37.2");
  expect(await findInstalled(programs.apiServer)).toBe(path);
  await install("Kubernetes v1.36.3");
  expect(await findInstalled(programs.apiServer)).toBeUndefined();
});

test("a program that cannot be recognised is never taken from the machine", async () => {
  vi.stubEnv("KUBEBUILDER_ASSETS", folder);
  await writeFile(join(folder, "argocd"), "");
  expect(await findInstalled(programs.argocd)).toBeUndefined();
});
