import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { $, which } from "zx";
import { address, cached, cacheRoot } from "./cache.ts";
import type { ModuleFiles, Program } from "./catalogue.ts";
import { findGo } from "./go.ts";
import { downloadModule, goEnvironment, goModFor } from "./module.ts";

/** Raised when the way of building changes, so that what the old way built is not taken for the new. */
const generation = 1;

type Say = (line: string) => void;

/**
 * Path of a program: an installed one of the right minor release (in KUBEBUILDER_ASSETS or on PATH), else one built
 * from its module into the cache. The folder's name is a digest over everything that decides the bytes: a module
 * release never changes, so its own go.mod, which the build's is derived from, is covered by module and version.
 */
export async function provideProgram(program: Program, say: Say): Promise<string> {
  const installed = await findInstalled(program);
  if (installed !== undefined) return installed;
  const name = `${program.name}-${program.version}`;
  const folder = await cached(cacheRoot(), address(name, { generation, ...program }), async (unfinished) => {
    say(`building ${program.name} ${program.version} from ${program.module}`);
    await build(await findGo(say), program, unfinished);
  });
  return join(folder, program.name);
}

/** Folder that holds the named files of a module, copied once into the cache. */
export async function provideFiles(files: ModuleFiles, say: Say): Promise<string> {
  return await cached(cacheRoot(), address(files.name, { generation, ...files }), async (unfinished) => {
    say(`copying ${files.name} ${files.version} from ${files.module}`);
    const module = await downloadModule(await findGo(say), files.module, files.version, unfinished);
    for (const path of files.paths) await copyFiles(join(module.folder, path), unfinished);
  });
}

async function build(go: string, program: Program, folder: string): Promise<void> {
  const source = join(folder, "source");
  await mkdir(source);
  const { goMod } = await downloadModule(go, program.module, program.version, source);
  await writeFile(join(source, "go.mod"), goModFor(program, await readFile(goMod, "utf8")));
  if (program.main !== undefined) await writeFile(join(source, "main.go"), program.main);
  const variables = Object.entries(program.variables).map(([name, value]) => `-X ${name}=${value}`);
  const run = $({ cwd: source, quiet: true, env: goEnvironment() });
  // nice: these builds take both cores for minutes, and whoever works on the machine goes first.
  await run`nice ${go} build -trimpath -tags ${program.tags.join(",")} -ldflags ${["-s", "-w", ...variables].join(" ")} -o ${join(folder, program.name)} ${program.package}`;
  await cp(join(source, "go.mod"), join(folder, "go.mod"));
  await cp(join(source, "go.sum"), join(folder, "go.sum"));
  await rm(source, { recursive: true });
}

/** Path of a copy on the machine that says it is of the right minor release; undefined where there is none. */
export async function findInstalled({ name, installed }: Program): Promise<string | undefined> {
  if (installed === undefined) return undefined;
  const assets = process.env["KUBEBUILDER_ASSETS"];
  const onPath = await which(name, { nothrow: true });
  for (const path of [
    ...(assets === undefined ? [] : [join(assets, name)]),
    ...(onPath === null ? [] : [onPath]),
  ]) {
    const { stdout } = await $({ quiet: true, nothrow: true })`${path} ${installed.argument}`;
    if (stdout.includes(installed.contains)) return path;
  }
  return undefined;
}

async function copyFiles(from: string, to: string): Promise<void> {
  const isFolder = (await stat(from)).isDirectory();
  const paths = isFolder ? (await readdir(from)).map((name) => join(from, name)) : [from];
  for (const path of paths) if ((await stat(path)).isFile()) await cp(path, join(to, basename(path)));
}
