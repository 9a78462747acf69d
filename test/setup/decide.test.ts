import { expect, test } from "vitest";
import { type Circumstances, debianPackages, decide, instructions } from "./decide.ts";
import { kubectlTool, tools, type Tool } from "./tools.ts";

const somebody: Circumstances = { isRoot: false, isCi: false, hasTerminal: false, hasAptGet: true };
const [git, ...others] = tools;
const missing: readonly Tool[] = git ? [git] : [];

test("a machine that has everything is left alone", () => {
  expect(decide([], { ...somebody, isRoot: true })).toBe("nothing");
});

test.each([
  ["root", { isRoot: true }, "install"],
  ["a CI job", { isCi: true }, "install"],
  ["somebody at a terminal", { hasTerminal: true }, "ask"],
  ["a script", {}, "tell"],
  ["root on a system without apt-get", { isRoot: true, hasAptGet: false }, "tell"],
] as const)("for %s what is missing leads to the right step", (_, change, decision) => {
  expect(decide(missing, { ...somebody, ...change })).toBe(decision);
});

test("the one command of each system names every package once", () => {
  const text = instructions([...tools, kubectlTool]);
  expect(text).toMatch(/Debian: sudo apt-get install .*\bmmdebstrap .*\bprometheus .*unzip util-linux$/m);
  expect(text).toMatch(/Fedora: sudo dnf install .*\bgolang-github-prometheus iproute kubernetes-client/);
  expect(text).toMatch(
    /macOS: brew install chromium gh git gnupg kubernetes-cli openssh openssl prometheus$/m,
  );
  expect(text).toMatch(/macOS has no ip, losetup, mkfs\.ext4, mmdebstrap/);
  expect(debianPackages(others).filter((name) => name === "util-linux")).toHaveLength(1);
});

test("a system whose package manager has all of it is not told that it lacks something", () => {
  expect(instructions(missing)).not.toContain("macOS has no");
});
