import type { Tool } from "./tools.ts";

/** The circumstances that decide who installs what is missing. */
export interface Circumstances {
  readonly isRoot: boolean;
  /** Whether the variable CI is set: nobody is there to be asked. */
  readonly isCi: boolean;
  readonly hasTerminal: boolean;
  readonly hasAptGet: boolean;
}

/** What to do about missing programs. */
export type Decision = "nothing" | "install" | "ask" | "tell";

/** Returns what to do about the missing programs. */
export function decide(missing: readonly Tool[], circumstances: Circumstances): Decision {
  const { isRoot, isCi, hasTerminal, hasAptGet } = circumstances;
  if (missing.length === 0) return "nothing";
  if (!hasAptGet) return "tell";
  if (isRoot || isCi) return "install";
  return hasTerminal ? "ask" : "tell";
}

/** Returns Debian's packages for the programs, each once, sorted. */
export function debianPackages(missing: readonly Tool[]): string[] {
  return packages(missing, "debian");
}

/** Returns the one command for each system that brings what is missing, and what a system does not have. */
export function instructions(missing: readonly Tool[]): string {
  const programs = missing.map(({ program }) => program);
  const linuxOnly = missing.filter(({ homebrew }) => homebrew === undefined).map(({ program }) => program);
  const homebrew = packages(missing, "homebrew");
  return [
    `The tests need ${programs.join(", ")}. Install ${programs.length === 1 ? "it" : "them"} with:`,
    `  Debian: sudo apt-get install --yes --no-install-recommends ${debianPackages(missing).join(" ")}`,
    `  Fedora: sudo dnf install --assumeyes ${packages(missing, "fedora").join(" ")}`,
    ...(homebrew.length === 0 ? [] : [`  macOS: brew install ${homebrew.join(" ")}`]),
    ...(linuxOnly.length === 0
      ? []
      : [`  macOS has no ${linuxOnly.join(", ")}: run the tests in a privileged Debian container.`]),
  ].join("\n");
}

function packages(missing: readonly Tool[], system: "debian" | "fedora" | "homebrew"): string[] {
  const names = missing.map((tool) => tool[system]).filter((name) => name !== undefined);
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1));
}
