import { z } from "zod";
import { $ } from "zx";
import type { Program } from "./catalogue.ts";

const download = z.looseObject({ Dir: z.string(), GoMod: z.string() });

/** Downloads a module through the Go module proxy; returns its folder and the path of its go.mod. */
export async function downloadModule(
  go: string,
  module: string,
  version: string,
  cwd: string,
): Promise<{ readonly folder: string; readonly goMod: string }> {
  const run = $({ cwd, quiet: true, env: goEnvironment() });
  const { stdout } = await run`${go} mod download -json ${`${module}@v${version}`}`;
  const { Dir: folder, GoMod: goMod } = download.parse(JSON.parse(stdout));
  return { folder, goMod };
}

/** Environment of every call of Go: nothing of the caller's flags, no other Go than the one named, no C compiler. */
export function goEnvironment(): Record<string, string | undefined> {
  return { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local", GOWORK: "off", CGO_ENABLED: "0" };
}

/**
 * The go.mod that builds a program from outside its module. Go honours `replace` lines of the main module only, so
 * they are repeated here: those that name a module as they are, those that name a folder of the source tree by the
 * release in which that folder was published.
 */
export function goModFor(program: Program, ownGoMod: string): string {
  const lines = [`module build`, goDirective(ownGoMod), `require ${program.module} v${program.version}`];
  for (const [from, to] of replacements(ownGoMod)) {
    if (!to.startsWith(".")) lines.push(`replace ${from} => ${to}`);
    else if (program.folderModules !== undefined && !isForbidden(to))
      lines.push(`replace ${from} => ${from} v${program.folderModules}`);
  }
  return `${lines.join("\n")}\n`;
}

function goDirective(goMod: string): string {
  const directive = /^go \S+$/mu.exec(goMod)?.[0];
  if (directive === undefined) throw new Error("a go.mod without a go directive");
  return directive;
}

/** Each replacement stands on a line of its own, be it in a block. */
function replacements(goMod: string): (readonly [string, string])[] {
  return goMod.split("\n").flatMap((line) => {
    const [from = "", to] = line.replace(/\/\/.*$/u, "").split(" => ");
    return to === undefined ? [] : [[from.trim().replace(/^replace\s+/u, ""), to.trim()] as const];
  });
}

/** etcd marks imports that must not happen by a folder that does not exist. */
function isForbidden(folder: string): boolean {
  return folder.includes("FORBIDDEN");
}
