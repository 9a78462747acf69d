import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { $ } from "zx";
import type { DenyWindow } from "../../src/promotion/windows.ts";
import { address, cached, cacheRoot } from "../cluster/tools/cache.ts";
import { programs } from "../cluster/tools/catalogue.ts";
import { findGo } from "../cluster/tools/go.ts";
import { downloadModule, goEnvironment, goModFor } from "../cluster/tools/module.ts";

const source = join(import.meta.dirname, "oracle_test.go");

/** Deny windows, and the instants (seconds since 1970, ascending) at which Argo CD is asked. */
export interface Question {
  readonly windows: readonly DenyWindow[];
  readonly instants: readonly number[];
}

/** What Argo CD permits at an instant: any sync, syncs by hand alone, or none. */
export type Answer = "both" | "manual" | "none";

const answers: ReadonlyMap<string, Answer> = new Map([
  ["b", "both"],
  ["m", "manual"],
  ["-", "none"],
]);

/** Asks Argo CD's CanSync, built from its module once; returns an answer for each instant of each question. */
export async function askArgoCd(
  questions: readonly Question[],
  say: (line: string) => void,
): Promise<readonly (readonly Answer[])[]> {
  const program = await provideOracle(say);
  const folder = await mkdtemp(join(tmpdir(), "windows-"));
  try {
    const [asked, answered] = [join(folder, "questions"), join(folder, "answers")];
    const plain = questions.map(({ windows, instants }) => ({
      instants,
      windows: windows.map((window) => ({ kind: "deny", ...window, applications: ["*"], manualSync: true })),
    }));
    await writeFile(asked, JSON.stringify(plain));
    await $({
      quiet: true,
      cwd: folder,
      env: { ...process.env, QUESTIONS: asked, ANSWERS: answered },
    })`${program} -test.run TestCanSync`;
    const texts = z.array(z.string()).parse(JSON.parse(await readFile(answered, "utf8")));
    return texts.map((text) => text.split("").map((one) => answers.get(one) ?? "none"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function provideOracle(say: (line: string) => void): Promise<string> {
  const { argocd } = programs;
  const recipe = { argocd, source: await readFile(source, "utf8") };
  const folder = await cached(cacheRoot(), address("windows-oracle", recipe), async (unfinished) => {
    say(`building a test against ${argocd.module} ${argocd.version}`);
    const go = await findGo(say);
    const work = join(unfinished, "source");
    await mkdir(work);
    const { goMod } = await downloadModule(go, argocd.module, argocd.version, work);
    await writeFile(join(work, "go.mod"), goModFor(argocd, await readFile(goMod, "utf8")));
    await cp(source, join(work, "oracle_test.go"));
    await $({
      cwd: work,
      quiet: true,
      env: goEnvironment(),
    })`nice ${go} test -c -trimpath -o ${join(unfinished, "oracle")} .`;
    await rm(work, { recursive: true });
  });
  return join(folder, "oracle");
}
