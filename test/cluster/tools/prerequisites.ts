import process from "node:process";
import { $, which } from "zx";

/** What is needed beyond npm, by the program that shows it is there, with Debian's package for it. */
const needed = [
  { program: "git", debian: "git" },
  { program: "redis-server", debian: "redis-server" },
  { program: "openssl", debian: "openssl" },
  { program: "ip", debian: "iproute2" },
] as const;

/**
 * Finds what the cluster tests need from the machine. As root or with CI set it installs what is missing and says so
 * in one line; otherwise it says the one command for it. Returns whether everything is there.
 */
export async function preparePrerequisites(say: (line: string) => void): Promise<boolean> {
  const missing = await findMissing();
  if (missing.length === 0) return true;
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && process.env["CI"] === undefined) {
    say(`missing: ${missing.join(", ")}. Install with: sudo apt-get install --yes ${missing.join(" ")}`);
    return false;
  }
  say(`installing Debian's ${missing.join(", ")}`);
  // The tests start what they need; Debian's services must not come up beside it.
  const run = $({ quiet: true, env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" } });
  const prefix = asRoot ? [] : ["sudo", "-n"];
  await run`${prefix} apt-get update`;
  await run`${prefix} apt-get install --yes --no-install-recommends ${missing}`;
  return true;
}

async function findMissing(): Promise<string[]> {
  const missing: string[] = [];
  for (const { program, debian } of needed)
    if ((await which(program, { nothrow: true })) === null) missing.push(debian);
  // pip fetches Go and the schemas of old releases; Debian's Python has neither pip nor the module that makes a virtual environment.
  const { exitCode } = await $({ quiet: true, nothrow: true })`python3 -c ${"import ensurepip, venv"}`;
  if (exitCode !== 0) missing.push("python3", "python3-venv");
  return missing;
}
